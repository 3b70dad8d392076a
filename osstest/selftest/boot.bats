#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# boot: how it ends, of a machine that does not.
#
# shellcheck disable=SC2154  # helpers sets them

load helpers

# machine TIMEOUT: boots an image for arm64 whose first instruction is none, so that it
# takes exceptions for ever.
machine() {
    { head -c 56 /dev/zero && printf 'ARM\x64' && head -c 4096 /dev/zero; } >image
    exec "$real/osstest/boot" --board virt-gicv3 --xen image --dom0 image --pcpus 2 --timeout "$1" \
        --out "$lab/boot"
}

@test "boot: a machine that runs out of time says where its CPUs are" {
    run machine 10
    [ "$status" -eq 3 ]
    grep -a '^CPU#1' boot/cpus.log
    # Where it takes exceptions.
    grep -a '^ PC=0000000000000200' boot/cpus.log
}

@test "boot: one that does not reply is ended" {
    local pid status=0
    machine 5 &
    pid=$!
    soon pgrep -f "^[^ ]*qemu-system-aarch64 .*path=$lab/boot/console.log"
    kill -STOP "$(pgrep -f "^[^ ]*qemu-system-aarch64 .*path=$lab/boot/console.log")"
    wait "$pid" || status=$?
    [ "$status" -eq 3 ]
    [ -e boot/cpus.log ]
}

@test "boot: one that is interrupted does not, and leaves nothing" {
    local pid status=0
    mkdir tmp
    TMPDIR=$lab/tmp machine 300 &
    pid=$!
    soon pgrep -f "path=$lab/boot/console.log"
    kill "$pid"
    wait "$pid" || status=$?
    [ "$status" -eq 130 ]
    [ ! -e boot/cpus.log ]
    [ -z "$(ls tmp)" ]
    run pgrep -f "path=$lab/boot/console.log"
    [ "$status" -eq 1 ]
}
