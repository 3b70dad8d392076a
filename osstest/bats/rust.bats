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
    cat >"$1/rustc" <<END
#!/bin/sh
case "\$1" in
    -vV) printf 'rustc $2 (0 2025-01-01)\nrelease: $2\n' ;;
    --print) echo "$1/sysroot" ;;
esac
END
    chmod +x "$1/rustc"
    case ${3-} in
        std)
            mkdir -p "$1/sysroot/lib/rustlib/$target/lib"
            touch "$1/sysroot/lib/rustlib/$target/lib/libcore-0.rlib"
            ;;
        src)
            mkdir -p "$1/sysroot/lib/rustlib/src/rust/library/core/src"
            touch "$1/sysroot/lib/rustlib/src/rust/library/core/src/lib.rs"
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
    RUSTC=$old/rustc build
    refused 3 'RUSTC names no Rust' 'your version 1.63.0, minimum version 1.85.0' '1.85 or later' 'unset it'
}

@test "rust: RUSTC has neither the target nor the source of core" {
    RUSTC=$bare/rustc build
    refused 3 'RUSTC names no Rust' "neither target $target nor the source of core" '1.85 or later' 'unset it'
}

@test "rust: RUSTC is not there" {
    RUSTC=$lab/nothing build
    refused 3 'RUSTC names no Rust' "$lab/nothing: does not run" '1.85 or later' 'unset it'
}

@test "rust: --upstream needs none" {
    quick
    RUSTC=$lab/nothing build --offline --upstream
    ends_with 0
    grep -q 'none, as upstream' "$checkout/out/$result-upstream/build-info.txt"
    nothing_left
}

# --- rust-is-available.sh by itself -----------------------------------------

# prints LINE: it ends with 0, and this is a line of what it says.
prints() {
    ends_with 0 || return
    [[ $'\n'$output$'\n' == *$'\n'"$1"$'\n'* ]] || complain "It should print: $1"
}

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
    export RUSTC=$new/rustc
    available arm64
    src=$new/sysroot/lib/rustlib/src/rust/library/core/src/lib.rs
    id=1.90.0-$("$new/rustc" -vV | cksum | cut -d' ' -f1)
    [[ $output == "RUSTC=$new/rustc"$'\n'"RUST_TARGET=$target"$'\n'"RUST_ID=$id"$'\n'"RUST_LIBCORE="$'\n'"RUST_CORE_SRC=$src" ]]
    available --make arm64
    ends_with 0
    [[ $output == "RUSTC=$new/rustc RUST_TARGET=$target RUST_ID=$id RUST_LIBCORE= RUST_CORE_SRC=$src" ]]
}

@test "rust-is-available: an architecture, or a target of rustc's" {
    export RUSTC=$new/rustc
    available arm64
    prints RUST_TARGET=aarch64-unknown-none-softfloat
    available arm32
    prints RUST_TARGET=armv7a-none-eabi
    available riscv64
    prints RUST_TARGET=riscv64imac-unknown-none-elf
    available riscv64gc-unknown-none-elf
    prints RUST_TARGET=riscv64gc-unknown-none-elf
}

@test "rust-is-available: another toolchain has another id" {
    rust "$old" 1.90.1 src
    RUSTC=$new/rustc available arm64
    one=$(sed -n 's/^RUST_ID=//p' <<<"$output")
    RUSTC=$old/rustc available arm64
    other=$(sed -n 's/^RUST_ID=//p' <<<"$output")
    [[ $one && $other && $one != "$other" ]]
}

@test "rust-is-available: RUSTC comes first" {
    PATH=$BATS_TEST_TMPDIR/other:$PATH
    rust "$BATS_TEST_TMPDIR/other" 1.95.0 std
    RUSTC=$new/rustc available arm64
    prints "RUSTC=$new/rustc"
}

@test "rust-is-available: RUSTC that will not do is not passed over in silence" {
    PATH=$new:$PATH
    RUSTC=$old/rustc available "$target"
    ends_with 1
    part_has failed "No Rust compiler can compile for $target"
    part_has found "$old/rustc: your version 1.63.0, minimum version 1.85.0"
}

@test "rust-is-available: RUSTC by a bare name or a relative path" {
    PATH=$new:$PATH RUSTC=rustc available arm64
    prints "RUSTC=$new/rustc"
    cd "$BATS_TEST_TMPDIR"
    RUSTC=new/rustc available arm64
    prints "RUSTC=$PWD/new/rustc"
}

@test "rust-is-available: otherwise the first in PATH that will do" {
    without rustc
    PATH=$new:$old:$lab_path available arm64
    prints "RUSTC=$new/rustc"
    PATH=$old:$bare:$new:$lab_path available arm64
    prints "RUSTC=$new/rustc"
    PATH=$old:$bare:$old:$lab_path available arm64
    ends_with 1
    part_has found "$old/rustc: your version 1.63.0"
    part_has found "$bare/rustc: version 1.90.0, but neither"
    [[ $(part found | wc -l) == 2 ]]
    PATH=$lab_path available arm64
    ends_with 1
    [[ $(part found) == 'no rustc in PATH' ]]
}

@test "rust-is-available: a compiled core is preferred to its source" {
    rust "$new" 1.90.0 std
    RUSTC=$new/rustc available arm64
    prints "RUST_LIBCORE=$new/sysroot/lib/rustlib/$target/lib"
    prints RUST_CORE_SRC=
    # That of another target is none.
    RUSTC=$new/rustc available arm32
    prints RUST_LIBCORE=
    prints "RUST_CORE_SRC=$new/sysroot/lib/rustlib/src/rust/library/core/src/lib.rs"
}

@test "rust-is-available: versions are numbers" {
    for version in 1.85.0 1.100.0 1.86.0-nightly 2.0.0; do
        rust "$new" "$version"
        RUSTC=$new/rustc available arm64
        ends_with 0
    done
    for version in 1.84.1 1.9.0 0.100.0; do
        rust "$new" "$version"
        RUSTC=$new/rustc available arm64
        ends_with 1
        part_has found "your version $version"
    done
}

@test "rust-is-available: a path that make would take apart" {
    for name in 'with space' 'dollar$' 'hash#' Jürgen; do
        rust "$BATS_TEST_TMPDIR/$name" 1.90.0 src
        RUSTC=$BATS_TEST_TMPDIR/$name/rustc available --make arm64
        ends_with 1
        part_has found 'a path that make cannot take'
    done
}

@test "rust-is-available: for Kconfig, y or n, and why only if it is asked for" {
    cd "$BATS_TEST_TMPDIR"
    export KCONFIG_CONFIG=config
    echo CONFIG_MAPCACHE_RUST=y >config
    RUSTC=$new/rustc available --kconfig arm64
    ends_with 0
    [[ $output == y ]]
    RUSTC=$old/rustc available --kconfig arm64
    ends_with 0
    part_has found 'your version 1.63.0'
    [[ ${lines[0]} == n ]]
    echo '# CONFIG_MAPCACHE_RUST is not set' >config
    RUSTC=$old/rustc available --kconfig arm64
    ends_with 0
    [[ $output == n ]]
}

@test "rust-is-available: it is POSIX sh" {
    command -v dash >/dev/null || skip 'no dash to run it with'
    RUSTC=$new/rustc run dash "$checkout/cbits/rust-is-available.sh" arm64
    prints "RUSTC=$new/rustc"
}
