#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The spliced tree for architectures that have no use for the component.

# shellcheck disable=SC2030,SC2031,SC2154  # a case is a subshell; helpers sets much
load helpers

# Which architecture the component is for makes no difference to them.
for_arm64() { [[ $arch == arm64 ]] || skip 'the same tree: the job for arm64 does it'; }

other() {
    make -C "$tree/xen" "-j$(nproc)" "XEN_TARGET_ARCH=$1" "${@:2}" 3>&-
}

@test "others: x86_64 configures, builds and cleans, without a rustc" {
    [[ $(uname -m) == x86_64 ]] || skip "no compiler for x86_64 on $(uname -m)"
    for_arm64
    own_tree
    export PATH=$lab/no-rust
    other x86_64 defconfig
    lacks RUST "$tree/xen/.config"
    other x86_64
    [[ -s $tree/xen/xen.gz ]]
    run other x86_64 clean
    [[ $status == 0 ]]
    other x86_64 distclean
}

@test "others: RISC-V configures and cleans" {
    for_arm64
    own_tree
    [[ -d $tree/xen/arch/riscv/configs ]] || skip 'this Xen has no RISC-V'
    # Whatever compiler: nothing is compiled.
    other riscv64 CROSS_COMPILE= tiny64_defconfig
    lacks RUST "$tree/xen/.config"
    other riscv64 CROSS_COMPILE= clean
    other riscv64 CROSS_COMPILE= distclean
}
