#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Kconfig knows whether there is a rustc.

# shellcheck disable=SC2030,SC2031,SC2154  # a case is a subshell; helpers sets much
load helpers

wanted() {
    mkdir -p "$o"
    printf 'CONFIG_%s=y\n' EXPERT IOREQ_SERVER MAPCACHE_RUST >"$o/.config"
}

block='*** No Rust compiler can compile for'

@test "kconfig: asked for, and there is a rustc" {
    wanted
    run xen olddefconfig
    says_not "$block"
    grep -x CONFIG_MAPCACHE_RUST=y "$o/.config"
}

@test "kconfig: asked for, and there is none: it says so, and selects nothing" {
    wanted
    PATH=$lab/no-rust run xen olddefconfig
    [[ $status == 0 ]]
    says "$block"
    says 'found:  no rustc in PATH'
    lacks MAPCACHE_RUST "$o/.config"
}

@test "kconfig: not asked for, and there is none: not a word" {
    mkdir -p "$o"
    printf 'CONFIG_%s=y\n' EXPERT IOREQ_SERVER >"$o/.config"
    PATH=$lab/no-rust run xen olddefconfig
    [[ $status == 0 ]]
    says_not Rust
}

@test "kconfig: asked for by KCONFIG_ALLCONFIG, and there is none" {
    mkdir -p "$o"
    echo CONFIG_MAPCACHE_RUST=y >"$BATS_TEST_TMPDIR/all"
    PATH=$lab/no-rust KCONFIG_ALLCONFIG=$BATS_TEST_TMPDIR/all run xen allyesconfig
    [[ $status == 0 ]]
    says "$block"
    lacks MAPCACHE_RUST "$o/.config"
}

@test "kconfig: configured with a rustc that is no longer there" {
    cp -a "$lab/plain/." "$o"
    PATH=$lab/no-rust run xen
    [[ $status != 0 ]]
    says "$block"
    says "no Rust compiler for $arch"
}

@test "kconfig: allyesconfig" {
    xen allyesconfig
    grep -x CONFIG_MAPCACHE_RUST=y "$o/.config"
    PATH=$lab/no-rust xen allyesconfig
    lacks MAPCACHE_RUST=y "$o/.config"
}

@test "kconfig: 50 random configurations, with and without a rustc" {
    mkdir -p "$o"
    with=0 without=0
    for seed in {1..50}; do
        KCONFIG_SEED=$seed xen -s randconfig
        ! grep -qx CONFIG_MAPCACHE_RUST=y "$o/.config" || with=$((with + 1))
        KCONFIG_SEED=$seed PATH=$lab/no-rust xen -s randconfig
        ! grep -qx CONFIG_MAPCACHE_RUST=y "$o/.config" || without=$((without + 1))
    done
    echo "selected: $with with, $without without"
    ((with > 0 && without == 0))
}

@test "kconfig: make rustavailable" {
    run xen rustavailable
    [[ $status == 0 ]]
    says RUSTC=
    PATH=$lab/no-rust run xen rustavailable
    [[ $status != 0 ]]
    says "$block"
}
