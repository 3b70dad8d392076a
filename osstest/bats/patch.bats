#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# A Xen of the right line to which the patches do not apply.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "patch: a conflict names the patch, the file and the hunk" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    sed -i 's/^#ifdef CONFIG_IOREQ_SERVER$/#if IS_ENABLED(CONFIG_IOREQ_SERVER)/' "$dir/xen/arch/arm/mmu/p2m.c"
    # It has nothing to clean.
    fake make </dev/null
    build --offline --xen-src "$dir"
    refused 5 'A patch does not apply' 0002-xen-arm-p2m 'Xen 4.20 as upstream' 'No tree was changed'
    part_has found xen/arch/arm/mmu/p2m.c
    part_has found 'Hunk #1 FAILED'
    part_has found "$dir"
}

@test "patch: a file that is not there is named" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    rm "$dir/xen/arch/arm/mmu/p2m.c"
    # It has nothing to clean.
    fake make </dev/null
    build --offline --xen-src "$dir"
    refused 5 'A patch does not apply' 0002-xen-arm-p2m 'Xen 4.20 as upstream' 'No tree was changed'
    part_has found xen/arch/arm/mmu/p2m.c
}

@test "patch: a patch that was changed makes a tree of its own, whole" {
    quick
    renew
    good_run
    says 'Applying 3 patches'
    grep -q xen_rs_ "$checkout/.build/tree/$result/xen/arch/arm/traps.c"
    up_to_date
}
