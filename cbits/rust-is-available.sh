#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Finds a Rust toolchain that can compile for Xen.

set -euo pipefail

usage() {
    cat <<'END'
Usage: rust-is-available.sh [--make] TARGET

Finds a cargo and rustc that can compile for TARGET, and prints

    CARGO=…  RUSTC=…  RUST_BUILD_STD=y|n

where y means that the toolchain has the source of `core` and no compiled one
for TARGET. Looked at, in this order: $RUSTC with $CARGO if set, the first in
PATH, /usr/bin.

  --make   the three on one line, for $(eval); otherwise one a line

Exit status: 0 found, 1 none found (and on stderr why not), 2 usage.
END
}

readonly minimum=1.85.0
separator=$'\n'
if [[ ${1-} == --make ]]; then
    separator=' '
    shift
fi
case ${1-} in
    -h | --help) usage; exit 0 ;;
    '' | -*) usage >&2; exit 2 ;;
esac
(($# == 1)) || { usage >&2; exit 2; }
target=$1

why=()

# Whether the toolchain of cargo $1 and rustc $2 will do; prints it if so.
try() {
    local cargo=$1 rustc=$2 version sysroot std

    # Both are read by make and by a shell.
    if [[ $cargo$rustc == *[[:space:]\'\"\`\$\#\&\;\|\<\>\(\)*?\\]* ]]; then
        why+=("$rustc, with $cargo: a path that make cannot take")
        return 1
    fi
    version=$("$rustc" --version 2>/dev/null | cut -d' ' -f2) || version=
    if [[ -z $version ]]; then
        why+=("$rustc: does not run")
    elif ! "$cargo" --version >/dev/null 2>&1; then
        why+=("$rustc: its cargo, $cargo, does not run")
    elif [[ $(printf '%s\n' "$minimum" "$version" | sort -V | head -n 1) != "$minimum" ]]; then
        why+=("$rustc: your version $version, minimum version $minimum")
    else
        sysroot=$("$rustc" --print sysroot)
        if compgen -G "$sysroot/lib/rustlib/$target/lib/libcore-*.rlib" >/dev/null; then
            std=n
        elif [[ -e $sysroot/lib/rustlib/src/rust/library/core/Cargo.toml ]]; then
            std=y
        else
            why+=("$rustc: version $version, but neither target $target nor the source of core")
            return 1
        fi
        printf '%s' "CARGO=$cargo$separator" "RUSTC=$rustc$separator" \
            "RUST_BUILD_STD=$std"$'\n'
        return 0
    fi
    return 1
}

# A bare name is one in PATH, and what is called from another folder needs a
# whole path.
absolute() {
    local path
    path=$(command -v -- "$1") || path=$1
    [[ $path != */* || $path == /* ]] || path=$PWD/$path
    printf '%s\n' "$path"
}

if [[ -n ${RUSTC-} ]]; then
    rustc=$(absolute "$RUSTC")
    try "$(absolute "${CARGO:-$(dirname -- "$rustc")/cargo}")" "$rustc" && exit 0
else
    if rustc=$(command -v rustc); then
        try "$(dirname -- "$rustc")/cargo" "$rustc" && exit 0
    else
        why+=('no rustc in PATH')
    fi
    if [[ ${rustc-} != /usr/bin/rustc && -x /usr/bin/rustc ]]; then
        try /usr/bin/cargo /usr/bin/rustc && exit 0
    fi
fi

{
    echo '***'
    echo "*** No Rust toolchain can compile for $target."
    for reason in "${why[@]}"; do
        echo "***   found:  $reason"
    done
    echo "***   wanted: rustc and cargo $minimum or later, with the target"
    echo "***           $target or the source of core"
    echo '***   do:     one of'
    echo "***           rustup target add $target"
    echo '***           apt install rustc-web cargo-web rust-web-src   (Debian 12)'
    echo '***           apt install rustc cargo rust-src               (Debian 13)'
    echo '***'
} >&2
exit 1
