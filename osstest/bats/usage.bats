#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# build-xen.sh is asked for what it cannot do. It says so before it makes a file.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers
bats_require_minimum_version 1.5.0


@test "usage: --help goes to stdout and documents every status" {
    cold
    run --separate-stderr "$checkout/build-xen.sh" --help
    ends_with 0
    [[ -z $stderr ]]
    for status in '0 done' '1 the build' '2 usage' '3 something is missing' '4 no source' \
        '5 the patches' '6 cannot write' '130 interrupted'; do
        [[ $(tr '\n' ' ' <<<"$output") == *"$status"* ]] || complain "No status $status."
    done
    [[ ! -e $checkout/.build && ! -e $checkout/out ]]
}

@test "usage: an unknown option" {
    cold
    build --frobnicate
    refused 2 'Cannot tell what to build' '--frobnicate' 'one of the options' --help
}

@test "usage: a word that is no option" {
    cold
    build 4.20
    refused 2 'Cannot tell what to build' '4.20' 'one of the options' --help
}

@test "usage: an option without its value" {
    cold
    for option in --xen --xen-src --git-ref --arch --out --jobs; do
        build "$option"
        refused 2 'Cannot tell what to build' "$option without a value" "$option VALUE" --help
        build "$option" ''
        refused 2 'Cannot tell what to build' "$option without a value" "$option VALUE" --help
        build "$option" --debug
        refused 2 'Cannot tell what to build' "$option without a value" "$option VALUE" --help
    done
}

@test "usage: an unknown Xen line, and what is none" {
    cold
    for line in 3.99 . 4.20/ 4.20/../xen-4.20 '4.2*' 'a b'; do
        build --xen "$line"
        refused 2 'Cannot tell what to build' "--xen $line" '4.17 4.18 4.19 4.20 4.21 4.22 4.23' --help
    done
}

@test "usage: an unknown architecture" {
    cold
    build --arch x86_64
    refused 2 'Cannot tell what to build' '--arch x86_64' 'arm64, arm32 or riscv64' --help
}

@test "usage: RISC-V of a line that has no patches for it" {
    cold
    build --arch riscv64
    refused 2 'Cannot tell what to build' '--arch riscv64 of Xen 4.20' 'a Xen line that has it: 4.23' --xen-src
}

@test "usage: --jobs that is no number from 1" {
    cold
    for jobs in 0 -1 two 1.5 2x ' ' 99999999999999999999; do
        build --jobs "$jobs"
        refused 2 'Cannot tell what to build' "--jobs $jobs" 'a number from 1' --help
    done
}

@test "usage: SOURCE_DATE_EPOCH that is no date" {
    cold
    for date in yesterday -1 1.5 999999999999; do
        SOURCE_DATE_EPOCH=$date build
        refused 2 'Cannot tell what to build' "SOURCE_DATE_EPOCH=$date" 'seconds since 1970' --help
    done
}

@test "usage: --xen-src with --git-ref" {
    cold
    build --xen-src "$lab/pristine" --git-ref master
    refused 2 'Cannot tell what to build' 'both --xen-src and --git-ref' 'one of them' --help
}
