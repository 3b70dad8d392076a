#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Other compilers and linkers, and what a build does without.

# shellcheck disable=SC2030,SC2031,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "tools: rustc alone: no cargo, no network, nothing at home" {
    mkdir "$BATS_TEST_TMPDIR/home"
    alone=(env "PATH=$lab/no-cargo" "HOME=$BATS_TEST_TMPDIR/home" CARGO_HOME=/nonexistent LIBCLANG_PATH=/nonexistent)
    "${alone[@]}" sh -c '! command -v cargo'
    if unshare --net true 2>/dev/null; then
        alone+=(unshare --net)
    else
        echo '# with a network, as this user cannot be without' >&3
    fi
    configure
    "${alone[@]}" make -C "$lab/source/xen" "O=$o" "-j$(nproc)" "XEN_TARGET_ARCH=$arch" \
        "CROSS_COMPILE=$cross" "XEN_RUST_CORE=$BATS_TEST_TMPDIR/core" 3>&-
    cmp "$lab/plain/$component" "$o/$component"
    [[ ! $(find "$BATS_TEST_TMPDIR/home" -mindepth 1) ]]
}

@test "tools: clang" {
    target=${cross%-}
    # Upstream's assembly is for the assembler of binutils. Its C for arm32 has a
    # static inline that is used nowhere, and include guards that are misspelt.
    build -- "CC=clang --target=$target -no-integrated-as" \
        EXTRA_CFLAGS_XEN_CORE='-Wno-unused-function -Wno-header-guard'
    grep -qx CONFIG_CC_IS_CLANG=y "$o/.config"
    as_plain
}

# Upstream's Xen does not link with ld.lld, which says of its .rodata.str that an
# "offset is outside the section". So the component alone is linked with it.
@test "tools: ld.lld links the component's objects" {
    cp -a "$lab/plain/." "$o"
    xen LD=ld.lld rust/cbits/
    undefined "$o/rust/cbits/built_in.o" | lacks 'xen_rs|rust_helper'
    has_component "$o/rust/cbits/built_in.o"
}

@test "tools: ld.lld links no Xen without the component either" {
    mkdir -p "$o"
    printf 'CONFIG_%s=y\n' EXPERT IOREQ_SERVER >"$o/.config"
    xen LD=ld.lld olddefconfig
    run xen LD=ld.lld
    [[ $status == 0 ]] || says 'offset is outside the section'
}

@test "tools: ccache" {
    export CCACHE_DIR=$BATS_TEST_TMPDIR/ccache
    build -- "CC=ccache ${cross}gcc"
    cmp "$lab/plain/$component" "$o/$component"
}

@test "tools: options in EXTRA_CFLAGS_XEN_CORE that only gcc knows" {
    build -- 'EXTRA_CFLAGS_XEN_CORE=-fno-ipa-icf -fno-tree-vectorize -fzero-call-used-regs=skip'
    as_plain
}

@test "tools: RUSTC names another compiler, in the environment or to make, and make rebuilds" {
    cp -a "$lab/plain/." "$o"
    found=$("$lab/source/xen/rust/cbits/rust-is-available.sh" "$arch" | sed -n 's/^RUSTC=//p')
    for name in one another; do
        printf '#!/bin/sh\nexec %s "$@"\n' "$found" >"$BATS_TEST_TMPDIR/$name"
        chmod +x "$BATS_TEST_TMPDIR/$name"
    done
    RUSTC=$BATS_TEST_TMPDIR/one run xen V=1
    says "$BATS_TEST_TMPDIR/one --target"
    cmp "$lab/plain/$component" "$o/$component"
    run xen V=1 "RUSTC=$BATS_TEST_TMPDIR/another"
    says "$BATS_TEST_TMPDIR/another --target"
    cmp "$lab/plain/$component" "$o/$component"
    run xen "RUSTC=$BATS_TEST_TMPDIR/none"
    [[ $status != 0 ]]
    says "$BATS_TEST_TMPDIR/none: does not run"
}

@test "tools: a toolchain that has core for the target needs no metadata made" {
    found=$("$lab/source/xen/rust/cbits/rust-is-available.sh" "$arch")
    rustc=$(sed -n 's/^RUSTC=//p' <<<"$found")
    target=$(sed -n 's/^RUST_TARGET=//p' <<<"$found")
    metadata=$(sed -n '1s/.* -L \([^ ]*\) .*/\1/p' "$lab/plain/rust/cbits/.libffi.rmeta.cmd")
    sysroot=$BATS_TEST_TMPDIR/sysroot
    mkdir -p "$sysroot/lib/rustlib/$target/lib"
    # What it has is an archive with the metadata in it.
    for crate in core compiler_builtins; do
        cp "$metadata/lib$crate.rmeta" "$BATS_TEST_TMPDIR/lib.rmeta"
        (cd "$BATS_TEST_TMPDIR" && "${cross}ar" rc "$sysroot/lib/rustlib/$target/lib/lib$crate-0.rlib" lib.rmeta)
    done
    printf '#!/bin/sh\n[ "$*" != "--print sysroot" ] || { echo %s; exit; }\nexec %s "$@"\n' \
        "$sysroot" "$rustc" >"$BATS_TEST_TMPDIR/rustc"
    chmod +x "$BATS_TEST_TMPDIR/rustc"
    export XEN_RUST_CORE=$BATS_TEST_TMPDIR/core
    RUSTC=$BATS_TEST_TMPDIR/rustc build
    [[ ! -e $XEN_RUST_CORE ]]
    cmp "$lab/plain/$component" "$o/$component"
}
