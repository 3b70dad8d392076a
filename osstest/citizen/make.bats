#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What people ask of make.

# shellcheck disable=SC2030,SC2031,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "make: nothing changed, nothing done" {
    cp -a "$lab/plain/." "$o"
    xen
    run xen
    says_not RUSTC
    says_not rustc
}

@test "make: a changed source is compiled again, and what depends on it" {
    own_source
    xen
    touch "$lab/source/xen/rust/xen-rs/src/decision.rs"
    run xen
    says 'RUSTC   rust/cbits/xen-rs.o'
    says_not libffi
    touch "$lab/source/xen/rust/ffi/src/fields.rs"
    run xen
    says 'RUSTC   rust/cbits/libffi.rmeta'
    says 'RUSTC   rust/cbits/xen-rs.o'
    # A field moves.
    sed -i 's/^    domid_t mapcache_target;/    domid_t moved, mapcache_target;/' "$lab/source/xen/arch/arm/include/asm/domain.h"
    grep -q moved "$lab/source/xen/arch/arm/include/asm/domain.h"
    run xen
    says 'UPD     rust/cbits/offsets.rs'
    says 'RUSTC   rust/cbits/xen-rs.o'
}

@test "make: -n runs nothing" {
    own_tree
    printf 'CONFIG_%s=y\n' EXPERT IOREQ_SERVER MAPCACHE_RUST >"$tree/xen/.config"
    in_tree olddefconfig
    in_tree
    touch "$tree/xen/rust/xen-rs/src/decision.rs" "$tree/xen/rust/ffi/src/lib.rs"
    find "$tree/xen/rust" -printf '%p %T@\n' | sort >"$BATS_TEST_TMPDIR/before"
    # Upstream's ends at the link, for files that only a real make has.
    run make -n -C "$tree/xen" "XEN_TARGET_ARCH=$arch" "CROSS_COMPILE=$cross" xen
    says '--emit=obj='
    diff "$BATS_TEST_TMPDIR/before" <(find "$tree/xen/rust" -printf '%p %T@\n' | sort)
}

@test "make: in the tree and out of it the component is the same" {
    own_tree
    cp "$lab/plain/.config" "$tree/xen/.config"
    in_tree
    cmp "$lab/plain/$component" "$tree/xen/$component"
}

@test "make: two builds at once make core together" {
    export XEN_RUST_CORE=$BATS_TEST_TMPDIR/core
    pids=()
    build=$o
    for n in 1 2; do
        o=$build.$n
        configure >/dev/null
        xen >"$BATS_TEST_TMPDIR/log.$n" 2>&1 &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do
        wait "$pid"
    done
    cmp "$lab/plain/$component" "$build.1/$component"
    cmp "$lab/plain/$component" "$build.2/$component"
    [[ $(find "$XEN_RUST_CORE" -mindepth 1 | wc -l) == 3 ]]
}

@test "make: clean removes what was built for the component, and no core of another tree" {
    own_tree
    find "$tree" | sort >"$BATS_TEST_TMPDIR/before"
    find "$lab/core" -printf '%p %T@\n' | sort >"$BATS_TEST_TMPDIR/core"
    cp "$lab/plain/.config" "$tree/xen/.config"
    in_tree
    [[ -e $tree/xen/$component ]]
    run in_tree clean
    [[ $status == 0 ]]
    says_not cannot
    [[ ! $(cd "$tree/xen/rust/cbits" && ls offsets.rs layout.s libffi.rmeta xen-rs.o built_in.o 2>/dev/null) ]]
    diff "$BATS_TEST_TMPDIR/core" <(find "$lab/core" -printf '%p %T@\n' | sort)
    in_tree distclean
    diff "$BATS_TEST_TMPDIR/before" <(find "$tree" | sort)
}

@test "make: without XEN_RUST_CORE the tree has a core of its own, which clean removes" {
    unset XEN_RUST_CORE
    own_tree
    cp "$lab/plain/.config" "$tree/xen/.config"
    in_tree
    cmp "$lab/plain/$component" "$tree/xen/$component"
    [[ -d $tree/xen/rust/cbits/libcore ]]
    run in_tree clean
    says_not cannot
    [[ ! -e $tree/xen/rust/cbits/libcore ]]
}

@test "make: install" {
    cp -a "$lab/plain/." "$o"
    xen install "DESTDIR=$BATS_TEST_TMPDIR/dest"
    find "$BATS_TEST_TMPDIR/dest" -name 'xen-syms-*' | grep .
    cmp "$o/xen" "$BATS_TEST_TMPDIR"/dest/boot/xen
}

@test "make: cscope and tags" {
    own_tree
    in_tree cscope tags
    [[ -s $tree/xen/cscope.out && -s $tree/xen/tags ]]
    in_tree distclean
    [[ ! -e $tree/xen/tags ]]
}

@test "make: a panic that can be reached does not link, and is named" {
    own_tree
    sed -i 's/^    let once = match/    let _ = core::hint::black_box([id; 2])[word(id)];\n&/' "$tree/xen/rust/xen-rs/src/hooks.rs"
    grep -q black_box "$tree/xen/rust/xen-rs/src/hooks.rs"
    cp "$lab/plain/.config" "$tree/xen/.config"
    run in_tree
    [[ $status != 0 ]]
    says 'undefined reference to `core::panicking::panic_bounds_check'
}

@test "make: a field of another type is named" {
    own_source
    sed -i 's/^    domid_t mapcache_target;/    char mapcache_target;/' "$lab/source/xen/arch/arm/include/asm/domain.h"
    run xen rust/cbits/
    [[ $status != 0 ]]
    says 'FIELD(VCPU_MAPCACHE_TARGET'
}
