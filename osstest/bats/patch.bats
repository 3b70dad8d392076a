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
    refused 5 'A patch does not apply' 0002-xen-name-what 'Xen 4.20 as upstream' 'No tree was changed'
    part_has found xen/arch/arm/mmu/p2m.c
    part_has found 'Hunk #2 FAILED'
    part_has found "$dir"
}

@test "patch: the fixes come first, and a conflict with one is named too" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    sed -i 's/state != prev_state; }));/prev_state != state; }));/' "$dir/xen/common/ioreq.c"
    # It has nothing to clean.
    fake make </dev/null
    build --offline --xen-src "$dir"
    refused 5 'A patch does not apply' 0001-ioreq-look-the-request-up-again 'Xen 4.20 as upstream' 'No tree was changed'
    part_has found xen/common/ioreq.c
}

@test "patch: a file that is not there is named" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    rm "$dir/xen/common/memory.c"
    # It has nothing to clean.
    fake make </dev/null
    build --offline --xen-src "$dir"
    refused 5 'A patch does not apply' 0009-xen-arm-a-preempted 'Xen 4.20 as upstream' 'No tree was changed'
    part_has found xen/common/memory.c
}

@test "patch: a patch that was changed makes a tree of its own, whole" {
    quick
    renew
    good_run
    says "Applying $(patches_there) patches"
    grep -q ioreq_vcpu_give_up "$checkout/.build/tree/$result/xen/common/ioreq.c"
    grep -q mapcache_leaf_freed "$checkout/.build/tree/$result/xen/arch/arm/mmu/p2m.c"
    up_to_date
}
