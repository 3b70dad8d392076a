#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Which Rust is taken, and why another is not.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers
bats_require_minimum_version 1.5.0

setup_file() {
    export target=aarch64-unknown-none-softfloat
}

# rust DIR VERSION [std|src]: a toolchain in DIR, as far as it is asked about.
rust() {
    mkdir -p "$1/sysroot/lib/rustlib"
    printf '#!/bin/sh\ncase "$1" in --version) echo "rustc %s (0 2025-01-01)" ;; --print) echo "%s/sysroot" ;; esac\n' \
        "$2" "$1" >"$1/rustc"
    printf '#!/bin/sh\necho cargo %s\n' "$2" >"$1/cargo"
    chmod +x "$1/rustc" "$1/cargo"
    case ${3-} in
        std)
            mkdir -p "$1/sysroot/lib/rustlib/$target/lib"
            touch "$1/sysroot/lib/rustlib/$target/lib/libcore-0.rlib"
            ;;
        src)
            mkdir -p "$1/sysroot/lib/rustlib/src/rust/library/core"
            touch "$1/sysroot/lib/rustlib/src/rust/library/core/Cargo.toml"
            ;;
    esac
}

available() {
    run "$checkout/cbits/rust-is-available.sh" "$@"
}

setup() {
    common_setup
    unset RUSTC CARGO
    old=$BATS_TEST_TMPDIR/old new=$BATS_TEST_TMPDIR/new bare=$BATS_TEST_TMPDIR/bare
    rust "$old" 1.63.0 src
    rust "$new" 1.90.0 src
    rust "$bare" 1.90.0
}

# --- build-xen.sh -----------------------------------------------------------

@test "rust: RUSTC is too old; nothing is installed for it" {
    RUSTC=$old/rustc CARGO=$old/cargo build
    refused 3 'RUSTC names no Rust' 'your version 1.63.0, minimum version 1.85.0' '1.85 or later' 'unset both'
}

@test "rust: RUSTC has neither the target nor the source of core" {
    RUSTC=$bare/rustc CARGO=$bare/cargo build
    refused 3 'RUSTC names no Rust' "neither target $target nor the source of core" '1.85 or later' 'unset both'
}

@test "rust: RUSTC is not there" {
    RUSTC=$lab/nothing build
    refused 3 'RUSTC names no Rust' "$lab/nothing: does not run" '1.85 or later' 'unset both'
}

@test "rust: RUSTC has no cargo" {
    rm "$new/cargo"
    RUSTC=$new/rustc build
    refused 3 'RUSTC names no Rust' "its cargo, $new/cargo, does not run" '1.85 or later' 'unset both'
}

@test "rust: --upstream needs none" {
    quick
    RUSTC=$lab/nothing build --offline --upstream
    ends_with 0
    grep -q 'none, as upstream' "$checkout/out/$result-upstream/build-info.txt"
    nothing_left
}

# --- rust-is-available.sh by itself -----------------------------------------

@test "rust-is-available: usage" {
    for arguments in '' --frobnicate --make "--make --make" "$target $target"; do
        # shellcheck disable=SC2086  # words
        available $arguments
        ends_with 2
        says 'Usage: rust-is-available.sh'
    done
    run --separate-stderr "$checkout/cbits/rust-is-available.sh" --help
    ends_with 0
    says 'Exit status: 0 found'
    [[ -z $stderr ]]
}

@test "rust-is-available: one a line, or one line for make" {
    export RUSTC=$new/rustc CARGO=$old/cargo
    available "$target"
    ends_with 0
    [[ $output == "CARGO=$old/cargo"$'\n'"RUSTC=$new/rustc"$'\n'"RUST_BUILD_STD=y" ]]
    available --make "$target"
    ends_with 0
    [[ $output == "CARGO=$old/cargo RUSTC=$new/rustc RUST_BUILD_STD=y" ]]
}

@test "rust-is-available: RUSTC comes first, with the cargo beside it" {
    PATH=$BATS_TEST_TMPDIR/other:$PATH
    rust "$BATS_TEST_TMPDIR/other" 1.95.0 std
    RUSTC=$new/rustc available --make "$target"
    [[ $output == "CARGO=$new/cargo RUSTC=$new/rustc RUST_BUILD_STD=y" ]]
}

@test "rust-is-available: RUSTC that will not do is not passed over in silence" {
    PATH=$new:$PATH
    RUSTC=$old/rustc available "$target"
    ends_with 1
    part_has failed "No Rust toolchain can compile for $target"
    part_has found "$old/rustc: your version 1.63.0, minimum version 1.85.0"
}

@test "rust-is-available: RUSTC by a bare name or a relative path" {
    PATH=$new:$PATH RUSTC=rustc available --make "$target"
    [[ $output == "CARGO=$new/cargo RUSTC=$new/rustc RUST_BUILD_STD=y" ]]
    cd "$BATS_TEST_TMPDIR"
    RUSTC=new/rustc CARGO=./old/cargo available --make "$target"
    [[ $output == "CARGO=$PWD/./old/cargo RUSTC=$PWD/new/rustc RUST_BUILD_STD=y" ]]
}

@test "rust-is-available: then the first in PATH, then /usr/bin" {
    PATH=$new:$old:$PATH available --make "$target"
    [[ $output == "CARGO=$new/cargo RUSTC=$new/rustc RUST_BUILD_STD=y" ]]
    PATH=$old:$new:$lab_path available --make "$target"
    # /usr/bin's if it will do; the second in PATH never.
    if [[ $status == 0 ]]; then
        [[ $output == 'CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc '* ]]
    else
        part_has found "$old/rustc: your version 1.63.0"
    fi
}

@test "rust-is-available: a compiled core is preferred to its source" {
    rust "$new" 1.90.0 std
    RUSTC=$new/rustc available --make "$target"
    [[ $output == *RUST_BUILD_STD=n ]]
    # That of another target is none.
    RUSTC=$new/rustc available --make armv7a-none-eabi
    [[ $output == *RUST_BUILD_STD=y ]]
}

@test "rust-is-available: versions are numbers" {
    for version in 1.85.0 1.100.0 1.86.0-nightly 2.0.0; do
        rust "$new" "$version"
        RUSTC=$new/rustc available "$target"
        ends_with 0
    done
    for version in 1.84.1 1.9.0 0.100.0; do
        rust "$new" "$version"
        RUSTC=$new/rustc available "$target"
        ends_with 1
        part_has found "your version $version"
    done
}

@test "rust-is-available: a path that make would take apart" {
    for name in 'with space' 'dollar$' 'hash#'; do
        rust "$BATS_TEST_TMPDIR/$name" 1.90.0 src
        RUSTC=$BATS_TEST_TMPDIR/$name/rustc available --make "$target"
        ends_with 1
        part_has found 'a path that make cannot take'
    done
    # Letters are fine.
    rust "$BATS_TEST_TMPDIR/Jürgen" 1.90.0 src
    RUSTC=$BATS_TEST_TMPDIR/Jürgen/rustc available --make "$target"
    ends_with 0
}
