#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The build fails, or what it made is not what it should be. The results of the
# build before stay.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# What stays.
results() {
    cp -a "$checkout/out" "$BATS_TEST_TMPDIR/out"
}

# A fake nm is for build-xen.sh, not for Xen's makefiles.
fake_nm() {
    fake aarch64-linux-gnu-nm <<<"[[ -z \${MAKELEVEL-} ]] || exec $(real aarch64-linux-gnu-nm) \"\$@\"; $1"
}

# fails …: as block, with status 1 and the results of before.
fails() {
    block 1 "$@" || return
    diff -r "$BATS_TEST_TMPDIR/out" "$checkout/out" || return
    nothing_left
}

@test "failure: C that does not compile" {
    keep "$checkout/cbits/sched.c"
    echo '#error This is wrong.' >>"$checkout/cbits/sched.c"
    results
    build --offline
    fails 'Xen does not build' 'This is wrong.' 'a hypervisor' "$result.log"
}

@test "failure: Rust that does not compile" {
    keep "$checkout/xen-rs/src/decision.rs"
    echo 'fn f() -> u8 { "wrong" }' >>"$checkout/xen-rs/src/decision.rs"
    results
    build --offline
    fails 'Xen does not build' 'error[E0308]: mismatched types' 'a hypervisor' "$result.log"
}

@test "failure: an option that Xen's configuration does not take" {
    quick
    rm "$checkout/.build/tree/$result/.config-wanted"
    sed -i "s|olddefconfig\*) |&grep -v IOREQ_SERVER '$lab/good/config' >\"\$2/.config\"; exit 0;|" "$fakes/make"
    results
    build --offline
    fails 'does not take CONFIG_IOREQ_SERVER=y' 'CONFIG_IOREQ_SERVER=n; it depends on' 'CONFIG_IOREQ_SERVER=y' menuconfig
    quick_make
    good_run
}

@test "failure: the component is not linked" {
    quick
    fake_nm 'echo 0 T start'
    results
    build --offline
    fails 'not linked as it should be' 'no export in xen-syms' xen_rs_leaf_freed "$result.log"
}

@test "failure: a tree that was not verified is not used again" {
    quick
    fake_nm 'echo 0 T start'
    build --offline
    block 1 'not linked as it should be' '' '' "rm -r '$checkout/.build/tree/$result'"
    good_run
    says Applying
    up_to_date
}

@test "failure: an export too many" {
    quick
    fake_nm "$(real aarch64-linux-gnu-nm) \"\$@\"; echo 0 T xen_rs_more"
    results
    build --offline
    fails 'not linked as it should be' xen_rs_more xen_rs_leaf_freed "$result.log"
}

@test "failure: the C version is still there" {
    quick
    fake_nm "$(real aarch64-linux-gnu-nm) \"\$@\"; echo 0 T ioreq_request_mapcache_invalidate"
    results
    build --offline
    fails 'The C version is still there' ioreq_request_mapcache_invalidate 'the component alone' "$result.log"
}

@test "failure: --upstream with a component in it" {
    quick
    fake_nm 'echo 0 T xen_rs_leaf_freed'
    results
    build --offline --upstream
    fails "not upstream's Xen" xen_rs_leaf_freed 'no such symbol' "$result-upstream.log"
}

@test "failure: an unexpected error is reported once, also from a subshell" {
    # The list of what is missing is made in one.
    fake paste <<<'exit 7'
    results
    build --offline
    fails 'build-xen.sh failed where it should not' 'status 7' success "$result.log"
}

@test "failure: an unexpected error in a part of build-xen.sh" {
    fake comm <<<'exit 5'
    results
    build --offline
    fails 'failed where it should not: splice.sh line' 'status 5' success "$result.log"
}

@test "failure: after all that, the checkout is up to date" {
    up_to_date
}
