#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What the steps that boot the bare-metal guests make of a console.
#
# shellcheck disable=SC2154  # helpers sets them

load helpers

# console [-s STATUS] LINE…: what comes onto the console of the machine.
console() {
    local guests=$lab/.build/guest/xen-4.20-arm64
    fake_boot "$@"
    mkdir -p "$lab/job" "$lab/out/xen-4.20-arm64" "$guests"
    touch "$lab/out/xen-4.20-arm64/xen" "$guests"/{dom0,domu,stress}.img
    cp "$real"/osstest/{battery.sh,ts-battery,ts-stress} "$osstest/"
}

# ends STATUS WHAT…: the step, with that, and it says so.
ends() {
    [ "$status" -eq "$1" ] || { echo "ends with $status: $output"; return 1; }
    holds "${@:2}"
}

@test "battery: all tests pass" {
    console '(XEN) noise' 'BATTERY begin tests=2 vcpus=4' 'TEST 1 a/b ok invalidations=1 want=1' 'TEST 2 c ok invalidations=0 want=0' \
        'BATTERY end passed=2 failed=0'
    run osstest/ts-battery job
    ends 0 $'\nok a/b invalidations=1 want=1\nok c ' '2 of 2 tests passed'
    [[ $output != *noise* ]]
    run osstest/ts-battery job -v
    ends 0 noise $'\nok a/b invalidations=1'
}

@test "battery: a test fails" {
    console 'BATTERY begin tests=2 vcpus=4' 'TEST 1 a ok invalidations=1 want=1' 'TEST 2 c FAIL invalidations=1 want=0 why' \
        'BATTERY end passed=1 failed=1'
    run osstest/ts-battery job
    ends 1 $'\nFAIL c invalidations=1 want=0 why' 'Line 3 of '
    [[ $output != *battery/end* ]]
}

@test "battery: it ends early, or loses a result, or Xen ends it" {
    console 'BATTERY begin tests=2 vcpus=4' 'TEST 1 a ok invalidations=1 want=1' '(XEN) Panic on CPU 0:'
    run osstest/ts-battery job
    ends 1 "FAIL battery/end passed=1 of=2 end='none' boot=0" 'Line 3 of '
    console 'BATTERY begin tests=2 vcpus=4' 'TEST 1 a ok invalidations=1 want=1' 'BATTERY end passed=2 failed=0'
    run osstest/ts-battery job
    ends 1 'FAIL battery/end passed=1 of=2'
    console -s 3 'BATTERY begin tests=1 vcpus=4' 'TEST 1 a ok invalidations=1 want=1' 'BATTERY end passed=1 failed=0'
    run osstest/ts-battery job
    ends 1 'FAIL battery/end passed=1 of=1' 'boot=3'
}

@test "battery: it never begins, or there is nothing to boot" {
    console -s 3 '(XEN) noise'
    run osstest/ts-battery job
    ends 2 'The battery never began.' 'The machine ran out of time' 'Line 1 of '
    console -s 2 '(XEN) noise'
    run osstest/ts-battery job
    ends 2
    [[ $output != *'never began'* ]]
    rm .build/guest/xen-4.20-arm64/domu.img
    run osstest/ts-battery job
    ends 2 'Something to boot is missing.' domu.img ./build-xen.sh
}

@test "battery: interrupted, what it has started ends with it" {
    console noise
    printf '#!/bin/bash\ntrap "touch %q; exit 130" TERM\ntouch %q\nwhile sleep 0.1; do :; done\n' \
        "$lab/ended" "$lab/began" >osstest/boot
    osstest/ts-battery job 3>&- &
    soon test -e began
    kill $!
    status=0
    wait $! || status=$?
    [ "$status" -eq 130 ]
    [ -e ended ]
}

@test "stress: what a vCPU finds wrong, and a run that does too little" {
    end='STRESS end removals=9 many=9 invalidations=9 io=9 by-dom0=9 servers-changed=9 mappings-dropped=9 unplugged=99 unplugged-within=9 suspended=9 ways=2'
    console 'STRESS begin seed=1 ways=2' 'STRESS at removals=1' "$end"
    run osstest/ts-stress job seconds=1
    ends 0 $'\n  … removals=1\nok invariant-held removals=9'
    console 'STRESS begin seed=1 ways=2' 'STRESS wrong vcpu=1' "$end"
    run osstest/ts-stress job seconds=1
    ends 1 'FAIL invariant-held STRESS wrong vcpu=1' 'Line 2 of '
    console 'STRESS begin seed=1 ways=2' "${end/suspended=9/suspended=1}"
    run osstest/ts-stress job seconds=1
    ends 1 'too little happened: suspended=1, at least 3 expected'
    console 'STRESS begin seed=1 ways=3' "$end"
    run osstest/ts-stress job seconds=1
    ends 1 'too little happened: ways=2, at least 3 expected'
    console 'STRESS begin seed=1' "$end"
    run osstest/ts-stress job seconds=1
    ends 2 'The run never began'
}

@test "a runvar that names what is not there" {
    console noise
    cp "$real"/osstest/ts-{guest-build,conformance,conformance-build} "$osstest/"
    run osstest/ts-guest-build job headers=nowhere
    ends 2 'These are no headers of Xen.' 'no nowhere/xen.h'
    for step in ts-conformance ts-conformance-build; do
        run "osstest/$step" job emulator=none
        ends 2 'There is no such emulator.' 'emulator=none'
    done
}
