#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What Xen's options do to the component.

# shellcheck disable=SC2030,SC2031,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "options: none; sections, symbols and nothing else" {
    o=$lab/plain
    sections | grep -x '\.text'
    [[ $(undefined) == "$(sed -n 's/^\([a-z_]*\) .*/\1/p' "$BATS_TEST_DIRNAME/../audit/allowed-undefined.txt" | sort | paste -sd' ')" ]]
    sections | lacks -E '\.text\.|\.eh_frame|\.ARM\.exidx|\.data|\.bss|\.rodata|\.llvmbc'
}

@test "options: DEBUG" {
    build DEBUG=y
    sections | grep -x '\.debug_info'
    [[ $(undefined) == "$(undefined "$lab/plain/$component")" ]]
}

# On arm32 it is r11, which objdump calls fp, and rustc's target always keeps it.
@test "options: FRAME_POINTER, and Rust keeps frame pointers too" {
    if [[ $arch == arm64 ]]; then
        frame='mov.*x29, sp'
        code "$lab/plain/$component" | lacks -E "$frame"
    else
        frame='(mov|add)[[:space:]]+fp, sp'
        [[ $(code "$lab/plain/$component" | grep -cE "$frame") -ge 1 ]]
    fi
    build DEBUG=y FRAME_POINTER=y
    [[ $(code | grep -cE "$frame") -ge 1 ]]
}

@test "options: UBSAN is of the C alone" {
    build UBSAN=y
    "${cross}nm" -u "$o/common/memory.o" | grep __ubsan
    as_plain
}

@test "options: COVERAGE is of the C alone" {
    build COVERAGE=y
    "${cross}nm" "$o/common/memory.o" | grep -i gcov
    as_plain
}

@test "options: LIVEPATCH, and Rust has a section for each function too" {
    build LIVEPATCH=y
    [[ $(sections | grep -c '^\.text\.xen_rs_') == "$(exports)" ]]
    sections | lacks -F .ARM.exidx
}

@test "options: ENFORCE_UNIQUE_SYMBOLS" {
    build ENFORCE_UNIQUE_SYMBOLS=y
    as_plain
}

@test "options: STACK_PROTECTOR is of the C alone" {
    build STACK_PROTECTOR=y
    as_plain
}
