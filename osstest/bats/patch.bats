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

@test "patch: one more, for a hook, is a file" {
    quick
    keep "$checkout/patches/component/0099-xen-arm-a-hook.patch"
    {
        printf '%s\n' 'Subject: [PATCH] xen/arm: a hook' '---' '--- a/xen/arch/arm/traps.c' '+++ b/xen/arch/arm/traps.c' '@@ -1,2 +1,3 @@'
        sed -n '1s/^/ /p; 2s,^,+/* A hook. */\n ,p' "$lab/small/xen/arch/arm/traps.c"
    } >"$checkout/patches/component/0099-xen-arm-a-hook.patch"
    good_run
    says "Applying $(patches_there) patches"
    grep -qx '/\* A hook. \*/' "$checkout/.build/tree/$result/xen/arch/arm/traps.c"
    sed -i 's/^ .*/ not what is there/' "$checkout/patches/component/0099-xen-arm-a-hook.patch"
    build --offline
    refused 5 'A patch does not apply' 0099-xen-arm-a-hook 'Xen 4.20' 'No tree was changed'
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
