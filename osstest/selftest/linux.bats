#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# ts-linux, ts-qemu and conformance-qemu: what they make of a console.
#
# shellcheck disable=SC2154  # helpers sets them

load helpers

# boots [-s STATUS] LINE…: what comes onto the console of the machine.
boots() {
    fake_boot "$@"
    local linux=$lab/.build/linux/xen-4.20-arm64
    local xen
    mkdir -p "$linux/system/boot" "$lab/job"
    for xen in out/xen-4.20-arm64 .build/mutants/mutated/out/xen-4.20-arm64; do
        mkdir -p "$lab/$xen"
        touch "$lab/$xen/xen"
    done
    touch "$linux/kernel" "$linux/dom0.cpio" "$linux/qemu-dom0.cpio" "$linux/system/boot/xen-4.20-arm64"
    mkdir -p "$osstest/linux"
    cp "$real/osstest/ts-linux" "$real/osstest/ts-qemu" "$osstest/"
    cp "$real/osstest/linux/boot.sh" "$osstest/linux/"
}

@test "linux: scenarios that pass, and one that cannot run" {
    boots 'OSSTEST begin' 'RESULT ok mem-set rounds=5' 'RESULT skip save # no such thing' 'OSSTEST end 2'
    run osstest/ts-linux job
    [ "$status" -eq 0 ]
    holds 'ok mem-set rounds=5' 'skip save # no such thing' '1 scenarios passed'
}

@test "linux: a scenario that fails, and where on the console" {
    boots 'OSSTEST begin' '# 9.1 FAIL mem-set bad pages is 3' 'RESULT FAIL mem-set bad pages is 3' 'OSSTEST end 1'
    run osstest/ts-linux job
    [ "$status" -eq 1 ]
    holds 'FAIL mem-set bad pages is 3' 'Line 2 of '
}

@test "linux: scenarios that end early" {
    boots 'OSSTEST begin' 'RESULT ok mem-set' 'RESULT FAIL scenarios ended early, with 3' 'OSSTEST end 2'
    run osstest/ts-linux job
    [ "$status" -eq 1 ]
    holds 'FAIL scenarios ended early'
}

@test "linux: a result that did not come onto the console" {
    boots 'OSSTEST begin' 'RESULT ok mem-set' 'OSSTEST end 2'
    run osstest/ts-linux job
    [ "$status" -eq 1 ]
    holds 'FAIL linux/end 1 of 2 results'
}

@test "linux: a dom0 that does not come to its end" {
    boots -s 3 'OSSTEST begin' '(XEN) Panic on CPU 1:' '(XEN) Data Abort'
    run osstest/ts-linux job
    [ "$status" -eq 1 ]
    holds 'FAIL linux/end 0 of ? results; boot ended with 3' 'Line 2 of '
}

@test "linux: a dom0 that does not come up has tested nothing" {
    boots -s 3 '(XEN) Loading dom0'
    run osstest/ts-linux job
    [ "$status" -eq 2 ]
    holds 'Dom0 did not come up.'
}

@test "linux: a mutant that is killed" {
    boots 'OSSTEST begin' 'RESULT ok toolstack' 'RESULT FAIL mem-set bad pages is 3' 'OSSTEST end 2'
    run osstest/ts-linux job mutant=mutated
    [ "$status" -eq 0 ]
    holds 'ok mutated killed by mem-set'
}

@test "linux: a mutant that is not killed" {
    boots 'OSSTEST begin' 'RESULT ok toolstack' 'RESULT ok mem-set' 'OSSTEST end 2'
    run osstest/ts-linux job mutant=mutated
    [ "$status" -eq 1 ]
    holds 'FAIL mutated not killed by mem-set'
}

@test "linux: a mutant, and something else that fails" {
    boots 'OSSTEST begin' 'RESULT FAIL domu ended early' 'RESULT FAIL mem-set bad pages is 3' 'OSSTEST end 2'
    run osstest/ts-linux job mutant=mutated
    [ "$status" -eq 1 ]
    holds 'FAIL mutated not killed by mem-set'
}

# expired: with $expired, what the scenarios make of it if Xen says so after five seconds.
expired() {
    local run=$BATS_TEST_TMPDIR/run
    mkdir -p "$run"
    run sh -euc '. "$0"
        domid() { echo 6; }
        xl() {
            [ "$*" != dmesg ] ||
                echo "(XEN) d6: invalidations: sent 29, deferred 353 times, of these expired $expired, for after"
        }
        expired_since $(($(now) - 5))' <(sed "s,/run,$run," "$real/osstest/linux/dom0/lib.sh")
}

@test "linux: an invalidation that expired is one more, if a second has passed for each" {
    expired=5 expired
    [ "$status" -eq 0 ]
    [ "$output" = 5 ]
    expired=60 expired
    [ "$status" -eq 1 ]
    grep -E '^invalidations that expired in [56] s is 60, wanted -le [56]$' "$BATS_TEST_TMPDIR/run/why"
}

@test "linux: a hypervisor without ioreq servers" {
    boots 'OSSTEST begin' \
        'RESULT FAIL emulator-registered cannot create an ioreq server for domain 1: Function not implemented' 'OSSTEST end 1'
    run osstest/ts-linux job hypervisor=debian
    [ "$status" -eq 0 ]
    holds 'ok debian refused by emulator-registered'
}

@test "qemu: scenarios that pass" {
    boots 'OSSTEST begin' 'RESULT ok balloons INVALIDATEs=8' 'OSSTEST end 1'
    run osstest/ts-qemu job
    [ "$status" -eq 0 ]
    holds 'ok balloons INVALIDATEs=8' '1 scenarios passed'
}

@test "qemu: data that is not intact" {
    boots 'OSSTEST begin' 'RESULT ok balloons INVALIDATEs=8' 'RESULT FAIL data-is-intact net-read: bad is 1' 'OSSTEST end 2'
    run osstest/ts-qemu job
    [ "$status" -eq 1 ]
    holds 'FAIL data-is-intact net-read: bad is 1'
}

@test "qemu: one that dies has tested nothing, and is shown where" {
    boots 'OSSTEST begin' '# qemu: #0  0x0 virtio_blk_req_complete' 'RESULT ok qemu-attaches' \
        'RESULT died qemu with status 139: ' 'OSSTEST end 2'
    run osstest/ts-qemu job
    [ "$status" -eq 2 ]
    holds 'QEMU died.' 'status 139' '#0  0x0 virtio_blk_req_complete'
}

@test "qemu: one that dies with the mutant has not killed it" {
    boots 'OSSTEST begin' 'RESULT FAIL balloons INVALIDATEs that QEMU received, for 8 hypercalls is 0, wanted -gt 0' \
        'RESULT died qemu with status 139: ' 'OSSTEST end 2'
    run osstest/ts-qemu job mutant=mutated
    [ "$status" -eq 2 ]
    holds 'QEMU died.'
}

@test "qemu: a mutant without INVALIDATEs is killed" {
    boots 'OSSTEST begin' 'RESULT ok qemu-attaches' \
        'RESULT FAIL balloons INVALIDATEs that QEMU received, for 8 hypercalls is 0, wanted -gt 0' 'OSSTEST end 2'
    run osstest/ts-qemu job mutant=mutated
    [ "$status" -eq 0 ]
    holds 'ok mutated killed by balloons'
}

@test "qemu: a mutant with too many INVALIDATEs is not killed by that" {
    boots 'OSSTEST begin' 'RESULT ok qemu-attaches' \
        'RESULT FAIL balloons INVALIDATEs that QEMU received, for 8 hypercalls and 0 migrations is 10, wanted -le 8' 'OSSTEST end 2'
    run osstest/ts-qemu job mutant=mutated
    [ "$status" -eq 1 ]
    holds 'FAIL mutated not killed by balloons'
}

@test "conformance-qemu: what is found of QEMU is held against what is known of it" {
    run "$real/osstest/conformance/qemu/as-known" <<'END'
ok give-page pages=1
ok reboot domain 1 is gone
FAIL in-use the emulator has completed while it uses 8 pages
FAIL beside the emulator still reaches 248 of 504 pages beside its own
FAIL unknown-type cannot be tested: the emulator cannot be stopped
END
    [ "$output" = 'ok right/give-page pages=1
FAIL reboot QEMU does it right, and README.md says it does not
FAIL in-use the emulator has completed while it uses 8 pages
ok wrong/beside the emulator still reaches 248 of 504 pages beside its own
FAIL unknown-type cannot be tested: the emulator cannot be stopped' ]
}
