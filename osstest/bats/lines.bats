#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Another Xen line, another architecture: its own source, tools, tree
# and result, beside those of Xen 4.20 on arm64.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# built NAME: the result of that name is there, 4.20's on arm64 as it was, and
# both are up to date.
built() {
    ends_with 0 || return
    cmp "$lab/good/xen" "$checkout/out/$1/xen" || complain "No $1." || return
    [[ -e $checkout/.build/tree/$1/.spliced && -e $checkout/.build/log/$1.log ]] ||
        complain "No tree or log of $1." || return
    diff -r "$BATS_TEST_TMPDIR/out" "$checkout/out/$result" || complain 'Another result has changed.' || return
    nothing_left
}

# asked WORD…: what make was asked for has each of these.
asked() {
    local word
    for word in "$@"; do
        grep -F -- "$word" "$BATS_TEST_TMPDIR/asked" || complain "make was not asked for $word." || return
    done
}

setup() {
    common_setup
    quick
    cp -a "$checkout/out/$result" "$BATS_TEST_TMPDIR/out"
    sed -i "2iecho \"\$*\" >>$BATS_TEST_TMPDIR/asked" "$fakes/make"
}

# An arm32 cross compiler, as far as build-xen.sh asks for it.
arm32_tools() {
    fake arm-linux-gnueabihf-gcc <<<'[[ $* != *probe* ]] && echo 12.2.0 || touch "$3"'
    fake arm-linux-gnueabihf-ld <<<'echo ld'
    fake arm-linux-gnueabihf-nm <<<"exec $(real aarch64-linux-gnu-nm) \"\$@\""
}

@test "lines: arm32 is built beside arm64" {
    "$checkout/cbits/rust-is-available.sh" armv7a-none-eabi >/dev/null 2>&1 ||
        skip 'no Rust for armv7a-none-eabi here'
    arm32_tools
    build --offline --arch arm32
    built xen-4.20-arm32
    says 'Built Xen 4.20 for arm32'
    asked XEN_TARGET_ARCH=arm32 CROSS_COMPILE=arm-linux-gnueabihf-
    grep -qx 'xen: *4.20 arm32' "$checkout/out/xen-4.20-arm32/build-info.txt"
    # Neither evicts the other.
    build --offline --arch arm32
    built xen-4.20-arm32
    says_not 'Unpacking|Applying|Fetching|Configuring'
    up_to_date
}

@test "lines: arm32 as upstream has it" {
    arm32_tools
    fake arm-linux-gnueabihf-nm <<<'echo 0 T start'
    build --offline --arch arm32 --upstream
    built xen-4.20-arm32-upstream
    asked XEN_TARGET_ARCH=arm32
}

@test "lines: on arm32 too, the component that is not linked is noticed" {
    "$checkout/cbits/rust-is-available.sh" armv7a-none-eabi >/dev/null 2>&1 ||
        skip 'no Rust for armv7a-none-eabi here'
    arm32_tools
    fake arm-linux-gnueabihf-nm <<<'echo 0 T start'
    build --offline --arch arm32 --out "$BATS_TEST_TMPDIR/new"
    block 1 'not linked as it should be' 'no export in xen-syms' xen_rs_leaf_freed xen-4.20-arm32.log
    empty "$BATS_TEST_TMPDIR/new"
}

@test "lines: arm32 with an arm64 Rust" {
    local rust=$BATS_TEST_TMPDIR/rust
    mkdir -p "$rust/sysroot/lib/rustlib/aarch64-unknown-none-softfloat/lib"
    touch "$rust/sysroot/lib/rustlib/aarch64-unknown-none-softfloat/lib/libcore-0.rlib"
    printf '#!/bin/sh\n[ "$1" = --print ] && echo "%s/sysroot" || echo "release: 1.90.0"\n' "$rust" >"$rust/rustc"
    chmod +x "$rust/rustc"
    RUSTC=$rust/rustc build --arch arm32
    refused 3 'RUSTC names no Rust' 'neither target armv7a-none-eabi nor the source of core' \
        '1.85 or later, with the target for arm32' 'unset it'
}

@test "lines: each architecture needs its own cross compiler" {
    without {aarch64-linux-gnu,arm-linux-gnueabihf}-{gcc,ld}
    for tools in arm64:aarch64-linux-gnu arm32:arm-linux-gnueabihf; do
        build --no-install --upstream --arch "${tools%:*}"
        refused 3 'Something is missing' "gcc-${tools#*:}" 'these packages' "gcc-${tools#*:}"
        [[ $(part 'do') == "apt-get install binutils-${tools#*:} gcc-${tools#*:}" ]]
    done
}

@test "lines: 4.17 is not built from the source of 4.20" {
    build --offline --xen 4.17
    block 4 'No source of Xen 4.17 here' 'no xen_4.17' 'earlier run' --offline
    build --offline --xen 4.17 --xen-src "$lab/pristine"
    block 4 'is another Xen line' 'Xen 4.20' 'Xen 4.17' './build-xen.sh without --xen, or with --xen 4.20, and the same source'
    [[ ! -e $checkout/.build/tree/xen-4.17-arm64 ]]
    nothing_left
}

@test "lines: 4.17 is built beside 4.20, with the same patches" {
    local tarball
    tarball=$(compgen -G "$lab/checkout/.build/source/xen_4.17.*.orig.tar.xz") ||
        skip 'no source of Xen 4.17 is kept here: ./build-xen.sh --xen 4.17 gets it'
    cp -a "$tarball" "$lab/checkout/.build/source/SHA256SUMS.4.17" "$checkout/.build/source/"
    build --offline --xen 4.17
    built xen-4.17-arm64
    says "Applying $(patches_there) patches for Xen 4.17"
    grep -q mapcache_leaf_freed "$checkout/.build/tree/xen-4.17-arm64/xen/arch/arm/p2m.c"
    grep -qx "patches: *$(cat "$checkout"/patches/{fixes,component}/*.patch | sha256sum | cut -d' ' -f1)" \
        "$checkout/out/xen-4.17-arm64/build-info.txt"
    up_to_date
}

@test "lines: a line without patches, and a tree of one" {
    build --offline --xen 4.16
    refused 2 'Cannot tell what to build' '--xen 4.16' '4.17 4.18 4.19 4.20 4.21 4.22 4.23' 'Name one of the lines that have patches: 4.17 4.18 4.19 4.20 4.21 4.22 4.23'
    part_has 'do' 'add patches/xen-4.16'
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    sed -i 's/^export XEN_SUBVERSION .*/export XEN_SUBVERSION = 16/' "$dir/xen/Makefile"
    build --offline --xen-src "$dir"
    refused 4 "There are no patches for $dir" 'Xen 4.16' '4.17 4.18 4.19 4.20 4.21 4.22 4.23' 'Name one of the lines that have patches: 4.17 4.18 4.19 4.20 4.21 4.22 4.23'
    build --offline --git-ref stable-4.16
    refused 4 'There are no patches for stable-4.16' 'Xen 4.16' '4.17 4.18 4.19 4.20 4.21 4.22 4.23' 'Name one of the lines that have patches: 4.17 4.18 4.19 4.20 4.21 4.22 4.23'
}

@test "lines: a tree, a branch or a tag says which line it is" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    for sub in 17 21; do
        sed -i "s/^export XEN_SUBVERSION .*/export XEN_SUBVERSION = $sub/" "$dir/xen/Makefile"
        build --offline --xen-src "$dir"
        says "Copying $dir, Xen 4.$sub"
    done
    for ref in stable-4.18:4.18 RELEASE-4.22.0:4.22 master:4.23 staging:4.23; do
        build --offline --git-ref "${ref%:*}"
        block 4 "No ${ref%:*} in" '' '' ''
        [[ -e $checkout/.build/log/xen-${ref#*:}-arm64.log ]]
    done
}

@test "lines: one that Debian has no source package of" {
    build --offline --xen 4.21
    block 4 'Debian has no source package of Xen 4.21' 'neither --xen-src nor --git-ref' 'a source of Xen 4.21' \
        '--git-ref stable-4.21'
    run "$checkout/osstest/make-flight" full
    [[ $output != *xen4.21* ]]
}

@test "lines: one more is a folder" {
    checkout=$BATS_TEST_TMPDIR/project
    cp -a "$lab/project" "$checkout"
    cp -a "$checkout/patches/xen-4.20" "$checkout/patches/xen-4.9"
    printf '%s\n' ref=stable-4.9 suites=etch suites=lenny tarball=xen_4.9.0.orig.tar.xz sha256=0123 'toolstack=etch arm64' \
        >"$checkout/patches/xen-4.9/line"
    build --xen 4.8
    block 2 'Cannot tell what to build' '--xen 4.8' '4.9 4.17 4.18 4.19 4.20 4.21 4.22 4.23' ''
    build --xen 4.9
    block 4 'Cannot get the source of Xen 4.9' '' 'xen 4.9 of Debian: etch lenny' 'stable-4.9'
    nothing_left
    run "$checkout/osstest/make-flight" full
    for job in build-arm32-xen4.9-debug linux-arm64-xen4.9-release linux-upstream-arm64-xen4.9 board-zcu102-xen4.9; do
        grep "^$job " <<<"$output"
    done
    grep '^linux-arm32-xen4.9-release .* unsupported=Debian has no toolstack of Xen 4.9 for arm32' <<<"$output"
    [[ $(grep -c 'linux-.*unsupported' <<<"$output") == 4 ]]
    run env repo="$checkout" bash -euc 'source "$repo/osstest/lib.sh"; declare -A rv=([xen]=4.9 [arch]=arm64)
        source "$repo/osstest/linux/contents.sh"; echo "suite $suite"' 3>&-
    says 'suite etch'
    # Whose toolstack Debian has not.
    sed -i /toolstack/d "$checkout/patches/xen-4.9/line"
    run env repo="$checkout" bash -euc 'source "$repo/osstest/lib.sh"; declare -A rv=([xen]=4.9 [arch]=arm64)
        source "$repo/osstest/linux/contents.sh"' 3>&-
    block 2 'There is no toolstack for Xen 4.9' 'no Debian suite' 'toolstack=SUITE' patches/xen-4.9/line
}
