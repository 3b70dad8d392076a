#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# Finds a rustc that can compile for Xen.

set -euf
export LC_ALL=C

usage() {
    cat <<'TEXT'
Usage: rust-is-available.sh [--make | --kconfig] ARCH

Finds a rustc that can compile for ARCH, which is arm64, arm32, riscv64 or a
target of rustc's, and prints

    RUSTC=…            the compiler
    RUST_TARGET=…      its name for ARCH
    RUST_ID=…          a name that no other toolchain has
    RUST_LIBCORE=…     the folder of the `core` compiled for ARCH, or nothing
    RUST_CORE_SRC=…    the source of `core`, or nothing

One of the last two is there. Looked at are $RUSTC if it is set, and otherwise
every rustc in PATH, in that order.

  --make      the same on one line, for $(eval)
  --kconfig   y or n; the reasons for n only if $KCONFIG_CONFIG or
              $KCONFIG_ALLCONFIG asks for Rust

Exit status: 0 found, 1 none found (and on stderr why not), 2 usage.
TEXT
}

minimum=1.85.0
as=lines
case ${1-} in
    --make) as=words; shift ;;
    --kconfig) as=kconfig; shift ;;
esac
case $#${1-} in
    1-h | 1--help) usage; exit 0 ;;
    1-* | 1) usage >&2; exit 2 ;;
    1arm64) target=aarch64-unknown-none-softfloat ;;
    1arm32) target=armv7a-none-eabi ;;
    1riscv64) target=riscv64imac-unknown-none-elf ;;
    1*) target=$1 ;;
    *) usage >&2; exit 2 ;;
esac

reasons=
because() {
    reasons="$reasons***   found:  $1
"
}

# A number for a version, greater for a later one.
number() (
    IFS=.-+
    # shellcheck disable=SC2086  # one word for each part
    set -- $1
    echo $((${1:-0} * 1000000 + ${2:-0} * 1000 + ${3:-0}))
)

# Whether the rustc $1 will do. Sets what is to be printed.
try() {
    rustc=$1 libcore='' core_src=''
    if ! about=$("$rustc" -vV 2>/dev/null) || ! sysroot=$("$rustc" --print sysroot 2>/dev/null); then
        because "$rustc: does not run"
        return 1
    fi
    # make and a shell are to read them.
    case $rustc$sysroot in
        *[!A-Za-z0-9/._+@,=~-]*)
            because "$rustc, of $sysroot: a path that make cannot take"
            return 1
            ;;
    esac
    version=$(printf '%s\n' "$about" | sed -n 's/^release: //p')
    case $version in
        [0-9]*.[0-9]*) ;;
        *)
            because "$rustc: does not say its version"
            return 1
            ;;
    esac
    if [ "$(number "$version")" -lt "$(number "$minimum")" ]; then
        because "$rustc: your version $version, minimum version $minimum"
        return 1
    fi
    id=$version-$(printf '%s\n' "$about" | cksum | cut -d' ' -f1)
    if [ -n "$(find "$sysroot/lib/rustlib/$target/lib" -name 'libcore-*.rlib' 2>/dev/null)" ]; then
        libcore=$sysroot/lib/rustlib/$target/lib
    elif [ -e "$sysroot/lib/rustlib/src/rust/library/core/src/lib.rs" ]; then
        core_src=$sysroot/lib/rustlib/src/rust/library/core/src/lib.rs
    else
        because "$rustc: version $version, but neither target $target nor the source of core"
        return 1
    fi
}

found=n
if [ -n "${RUSTC-}" ]; then
    path=$(command -v -- "$RUSTC") || path=$RUSTC
    # It is called from other folders than this one.
    case $path in
        */*) [ "${path#/}" != "$path" ] || path=$PWD/$path ;;
    esac
    ! try "$path" || found=y
else
    tried=:
    IFS=:
    for dir in ${PATH-}; do
        case $tried in
            *":$dir:"*) continue ;;
        esac
        tried=$tried$dir:
        [ -x "$dir/rustc" ] || continue
        if try "$dir/rustc"; then
            found=y
            break
        fi
    done
    unset IFS
    [ -n "$reasons" ] || because 'no rustc in PATH'
fi

if [ $as = kconfig ]; then
    echo $found
    [ $found = n ] || exit 0
    # Whoever asks for no Rust is not to hear of it.
    grep -qs '^CONFIG_MAPCACHE_RUST=y' "${KCONFIG_CONFIG:-.config}" "${KCONFIG_ALLCONFIG:-/dev/null}" ||
        exit 0
elif [ $found = y ]; then
    separator='\n'
    [ $as = lines ] || separator=' '
    printf "%s$separator" "RUSTC=$rustc" "RUST_TARGET=$target" "RUST_ID=$id" \
        "RUST_LIBCORE=$libcore"
    printf '%s\n' "RUST_CORE_SRC=$core_src"
    exit 0
fi

cat >&2 <<TEXT
***
*** No Rust compiler can compile for $target.
$reasons***   wanted: rustc $minimum or later, with the target
***           $target or the source of core
***   do:     one of
***           rustup target add $target
***           rustup component add rust-src
***           apt install rustc-web rust-web-src   (Debian 12)
***           apt install rustc rust-src           (Debian 13)
***
TEXT
[ $as = kconfig ] || exit 1
