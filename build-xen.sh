#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds Xen for Arm with the mapcache invalidation in Rust: gets the source,
# splices this component in, configures, builds, verifies.

set -eEuo pipefail
# Messages that can be searched; the folders and jobs that are asked for here,
# and no others.
export LC_ALL=C
unset CDPATH MAKEFLAGS MAKELEVEL

usage() {
    cat <<'END'
Usage: ./build-xen.sh [OPTION]…

Builds Xen for Arm with its mapcache invalidation in Rust, from upstream's
source, and puts the result in out/xen-LINE-ARCH[-debug][-upstream]/.

Which Xen
  --xen LINE      the Xen line, one of patches/xen-* (default 4.20)
  --xen-src DIR   build this Xen source tree; it is copied, not changed
  --git-ref REF   build this branch, tag or commit of upstream's repository
                  (or of $XEN_GIT_URL)
                  Without either: the distribution's source package, whose
                  original tarball is an upstream commit.
How
  --arch ARCH     arm64 (default) or arm32
  --debug         a debug build of Xen (CONFIG_DEBUG=y)
  --upstream      the same tree, without the patches and the component
  --out DIR       put results below DIR (default out)
  --jobs N        run N jobs at once (default: one for each processor)
  --prepare       only see to what is missing on this machine, and build nothing
  --with-tests    also see to what ./osstest/run needs
  --no-install    install no packages; say which are missing
  --offline       use no network; everything needed must be here already
  -h, --help      this

A second run does only what is new. Sources, trees and logs are kept in .build/
(in the user's cache folder if the path of this checkout has characters that
Xen's makefiles cannot take); remove it to start afresh.

Exit status: 0 done, 1 the build or its verification failed, 2 usage,
3 something is missing on this machine, 4 no source of Xen, 5 the patches do
not apply, 6 cannot write, 130 interrupted.
END
}

# --- What the user sees -----------------------------------------------------

readonly EX_BUILD=1 EX_USAGE=2 EX_MISSING=3 EX_SOURCE=4 EX_PATCH=5 EX_WRITE=6

log=/dev/null work=. out=. source_note=

# Whether a disk is full: a command said so, or it is now.
no_room() {
    grep -qE 'No space left on device|Disk quota exceeded' "$log" ||
        df --output=avail "$work" "$out" 2>/dev/null |
        awk 'NR > 1 && $1 < 1024 { full = 1 } END { exit !full }'
}

# One block for a failure: what failed, found, wanted, what to do.
die() {
    local status=$1 failed=$2 found=$3 wanted=$4 todo=$5
    trap - ERR
    # Whatever fails on a full disk, it is the disk.
    if ((status == EX_BUILD || status == EX_SOURCE || status == EX_PATCH)) && no_room; then
        status=$EX_WRITE found="no room on a disk:
$(df -h "$work" "$out" 2>&1)" wanted="room for 500 MB in $work and 4 MB in $out" \
            todo='Make room, clone this elsewhere, or name another folder with --out DIR.'
    fi
    {
        printf '***\n'
        printf '*** %s\n' "$failed"
        printf '%s\n' "$found" | sed '1s/^/***   found:  /; 1!s/^/***           /'
        printf '%s\n' "$wanted" | sed '1s/^/***   wanted: /; 1!s/^/***           /'
        printf '%s\n' "$todo" | sed '1s/^/***   do:     /; 1!s/^/***           /'
        printf '***\n'
    } | tee -a "$log" >&2 2>/dev/null || true
    exit "$status"
}

# What fails in a subshell is told by the shell that wanted its result.
unexpected() {
    ((BASH_SUBSHELL == 0)) || exit "$1"
    die "$EX_BUILD" "build-xen.sh failed where it should not: $2." "$3: status $1
$(log_tail)" 'success' "Please report this, with the log: $log"
}
trap 'unexpected $? "${BASH_SOURCE[0]##*/} line $LINENO" "$BASH_COMMAND"' ERR

elapsed() {
    printf '[%d:%02d]' $((SECONDS / 60)) $((SECONDS % 60))
}

step() {
    printf '%s %s\n' "$(elapsed)" "$*" | tee -a "$log" 2>/dev/null || true
}

installing=''

# Runs a command into the log; every ten seconds says that it still runs. It has
# a process group of its own, so that it can be ended with all that it started;
# but sudo needs the terminal's, and packages are installed to the end.
logged() {
    local pid status=0 start=$SECONDS group=(setsid)
    [[ -z $installing ]] || group=()
    printf '$ %s\n' "$*" 2>/dev/null >>"$log" || true
    "${group[@]}" "$@" >>"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        if ((SECONDS - start >= 10)); then
            start=$SECONDS
            printf '%s   … %s\n' "$(elapsed)" "$(tail -n 1 "$log" | cut -c1-68)"
        fi
        sleep 0.2
    done
    wait "$pid" || status=$?
    return "$status"
}

log_tail() {
    tail -n "${1:-12}" "$log" | cut -c1-240
}

# --- What is asked ----------------------------------------------------------

repo=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)

line=4.20 arch=arm64 debug='' upstream='' out=$repo/out
xen_src='' git_ref='' jobs=$(nproc) may_install=y offline='' prepare='' with_tests=''

lines() {
    local dir
    for dir in "$repo"/patches/xen-*/; do
        basename -- "$dir" | sed 's/^xen-//'
    done
}

bad_usage() {
    die "$EX_USAGE" "Cannot tell what to build." "$1" "$2" './build-xen.sh --help lists the options.'
}

while (($#)); do
    case $1 in
        --xen | --xen-src | --git-ref | --arch | --out | --jobs)
            [[ -n ${2-} && $2 != --* ]] || bad_usage "$1 without a value" "$1 VALUE"
            ;;&
        --xen) line=$2; shift ;;
        --xen-src) xen_src=$2; shift ;;
        --git-ref) git_ref=$2; shift ;;
        --arch) arch=$2; shift ;;
        --debug) debug=-debug ;;
        --upstream) upstream=-upstream ;;
        --out) out=$2; shift ;;
        --jobs) jobs=$2; shift ;;
        --prepare) prepare=y ;;
        --with-tests) with_tests=y ;;
        --no-install) may_install='' ;;
        --offline) offline=y may_install='' ;;
        -h | --help) usage; exit 0 ;;
        *) bad_usage "$1" 'one of the options' ;;
    esac
    shift
done

lines | grep -xF -- "$line" >/dev/null ||
    bad_usage "--xen $line" "a Xen line that has patches: $(lines | paste -sd' ')"
[[ $jobs =~ ^[1-9][0-9]{0,3}$ ]] || bad_usage "--jobs $jobs" 'a number from 1 to 9999'
[[ ${SOURCE_DATE_EPOCH:-0} =~ ^[0-9]{1,11}$ ]] ||
    bad_usage "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH in the environment" 'seconds since 1970, or none'
[[ -z $xen_src || -z $git_ref ]] || bad_usage 'both --xen-src and --git-ref' 'one of them'

case $arch in
    arm64) cross=aarch64-linux-gnu- ;;
    arm32) cross=arm-linux-gnueabihf- ;;
    *) bad_usage "--arch $arch" 'arm64 or arm32' ;;
esac

name=xen-$line-$arch$debug$upstream

# --- Where to work ----------------------------------------------------------

# Xen's makefiles take neither spaces nor colons, nor what a shell would touch.
work=$repo/.build
if [[ ! $work =~ ^[A-Za-z0-9/._+@,=-]+$ ]]; then
    key=$(printf '%s' "$repo" | sha256sum | cut -c1-16)
    for cache in "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}" "/var/tmp/xen-rs-$UID"; do
        work=$cache/xen-rs/$key
        [[ $work =~ ^[A-Za-z0-9/._+@,=-]+$ && $work != /nonexistent/* ]] && break
    done
fi

# A full disk lets files be made, but not written.
make_dir() {
    local why probe=$1/.writable
    if ! why=$(mkdir -p -- "$1" 2>&1) ||
        ! why=$(dd if=/dev/zero of="$probe" bs=64k count=1 status=none 2>&1); then
        rm -f -- "$probe" 2>/dev/null || true
        die "$EX_WRITE" "Cannot write to $1." "$why" 'a folder that can be written, on a disk with room' "$2"
    fi
    rm -f -- "$probe"
}

make_dir "$work" 'Make the checkout writable, make room, or clone it elsewhere.'
if [[ $work != "$repo/.build" ]]; then
    # What a checkout was built with before it got this name is of no use.
    [[ -L $repo/.build ]] || rm -rf -- "$repo/.build"
    ln -sfn -- "$work" "$repo/.build"
fi
make_dir "$out" 'Name another with --out DIR.'
out=$(cd -- "$out" && pwd -P)

exec 9>"$work/lock"
if ! flock -n 9; then
    step "Another build runs in this checkout; waiting for it to end"
    flock 9
fi

mkdir -p "$work/log" "$work/source" "$work/tree"
log=$work/log/${prepare:+prepare-}$name.log
: >"$log"
# What a run that was killed, or lost its power, has left.
rm -rf -- "$work"/scratch.*
scratch=$(mktemp -d "$work/scratch.XXXXXX")

leave() {
    local status=$?
    rm -rf -- "$scratch" "$out/.$name.new" || true
    exit "$status"
}
interrupted() {
    trap '' INT TERM HUP
    trap - ERR
    set +e
    printf '\n*** Interrupted. What is finished is kept; run the same command again.\n' >&2
    local child tries=0
    child=$(jobs -pr)
    if [[ -n $installing ]]; then
        # A killed apt-get would leave packages half configured.
        printf '*** Waiting for apt-get to end.\n' >&2
    elif [[ -n $child ]]; then
        kill -- "-$child" 2>/dev/null || kill "$child"
    fi
    wait
    # make does not wait for what its shells have started.
    while [[ -n $child ]] && kill -0 -- "-$child" 2>/dev/null && ((tries++ < 50)); do
        sleep 0.1
    done
    exit 130
}
trap leave EXIT
trap interrupted INT TERM HUP

# --- What this machine must have --------------------------------------------

# Which the oracle of ffi needs. libclang-cpp is another library.
has_libclang() {
    compgen -G '/usr/lib*/libclang[-.]*so*' || compgen -G '/usr/lib/*/libclang[-.]*so*' ||
        compgen -G '/usr/lib/llvm-*/lib/libclang[-.]*so*'
} >/dev/null

has_rust() {
    "$repo/cbits/rust-is-available.sh" "$arch" >"$scratch/toolchain" 2>"$scratch/toolchain.why"
}

rust_reasons() {
    sed -n 's/^\*\*\*   found:  //p' "$scratch/toolchain.why"
}

# at_least WANTED VERSION
at_least() {
    [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]
}

# Debian's name for a Rust that is new enough: its plain one, or the newer one
# that it keeps for its browsers.
rust_packages() {
    local suffix version
    for suffix in '' -web; do
        version=$(apt-cache policy "rustc$suffix" 2>/dev/null |
            sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p') || true
        if at_least 1.85 "$version"; then
            printf 'rustc%s rust%s-src\n' "$suffix" "$suffix"
            return
        fi
    done
    printf 'rustc rust-src\n'
}

# The cargo of the compiler that is there, for the tests.
has_cargo() {
    local rustc
    has_rust || return
    rustc=$(sed -n 's/^RUSTC=//p' "$scratch/toolchain")
    [[ -x ${CARGO:-${rustc%/*}/cargo} ]]
}

cargo_package() {
    case $(rust_packages) in
        *-web*) echo cargo-web ;;
        *) echo cargo ;;
    esac
}

lint_packages() {
    case $(rust_packages) in
        *-web*) printf '%s\n' rust-web-clippy rustfmt-web ;;
        *) printf '%s\n' rust-clippy rustfmt ;;
    esac
}

missing_packages() {
    local command package
    while read -r command package; do
        command -v "$command" >/dev/null || printf '%s\n' "$package"
    done <<END
bison bison
flex flex
gcc gcc
make make
patch patch
python3 python3-minimal
xz xz-utils
${cross}gcc gcc-${cross%-}
${cross}ld binutils-${cross%-}
END
    [[ -e /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
    if [[ -n $with_tests ]]; then
        command -v qemu-system-aarch64 >/dev/null || echo qemu-system-arm
        command -v fdtput >/dev/null || echo device-tree-compiler
        command -v shellcheck >/dev/null || echo shellcheck
        command -v bats >/dev/null || echo bats
        { command -v cargo-clippy && command -v cargo-fmt; } >/dev/null || lint_packages
        has_libclang || echo libclang-dev
        has_cargo || cargo_package
    fi
    [[ -z $git_ref$with_tests ]] || command -v git >/dev/null || echo git
    if [[ -z $upstream ]]; then
        has_rust || rust_packages | tr ' ' '\n'
    fi
}

as_root=(sudo -n)
((EUID != 0)) || as_root=(env)

step "Checking what this machine has"
: >"$scratch/toolchain.why"
# A package does not mend what the environment names.
if [[ -z $upstream && -n ${RUSTC-} ]] && ! has_rust; then
    die "$EX_MISSING" 'RUSTC names no Rust that can compile for Xen.' "$(rust_reasons)" \
        "rustc 1.85 or later, with the target for $arch or the source of core" \
        'Name another with RUSTC, or unset it.'
fi
missing=$(missing_packages | sort -u | paste -sd' ')
if [[ -n $missing ]]; then
    if [[ -z $may_install ]]; then
        die "$EX_MISSING" 'Something is missing on this machine, and nothing is to be installed.' \
            "no $missing$(printf '\n'; rust_reasons)" 'these packages, or what they hold' \
            "apt-get install $missing"
    elif ! command -v apt-get >/dev/null; then
        die "$EX_MISSING" 'Something is missing on this machine, which has no apt-get.' \
            "no $missing (Debian's names)" 'these packages, or what they hold' \
            'Install them as your distribution does.'
    elif ! "${as_root[@]}" true 2>/dev/null; then
        die "$EX_MISSING" 'Something is missing on this machine, and only root may install it.' \
            "no $missing" 'these packages, or what they hold' "sudo apt-get install $missing"
    fi
    step "Updating the package lists (apt-get update)"
    installing=y
    logged "${as_root[@]}" apt-get update ||
        die "$EX_MISSING" 'apt-get update failed.' "$(log_tail)" 'package lists' \
            "Check the network and apt's sources."
    # A machine without package lists cannot tell which Rust it offers.
    missing=$(missing_packages | sort -u | paste -sd' ')
    # What stands in their way, apt removes; not without a word.
    # shellcheck disable=SC2086  # one word for each package
    in_the_way=$(apt-get -s install --no-install-recommends $missing 2>/dev/null |
        sed -n 's/^Remv \([^ ]*\).*/\1/p' | paste -sd' ') || true
    step "Installing $missing${in_the_way:+; apt removes what cannot be beside them: $in_the_way}"
    # shellcheck disable=SC2086
    logged "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends $missing ||
        die "$EX_MISSING" 'apt-get install failed.' "$(log_tail)" "$missing" \
            "Install them by hand; the log is $log."
    installing=''
    missing=$(missing_packages | sort -u | paste -sd' ')
    [[ -z $missing ]] ||
        die "$EX_MISSING" 'Something is missing even after it was installed.' \
            "no $missing$(printf '\n'; rust_reasons)" \
            'packages that bring what they are named for' "Install them by hand; the log is $log."
fi

gcc_version=$("${cross}gcc" -dumpfullversion -dumpversion 2>/dev/null) || true
at_least 5.1 "$gcc_version" ||
    die "$EX_MISSING" "${cross}gcc is too old for Xen." "${gcc_version:-one that does not run}" \
        "GCC 5.1 or later" "Install a newer gcc-${cross%-}, or put one first in PATH."
[[ -z $prepare ]] || exit 0

export TMPDIR=$scratch

# --- The tree ---------------------------------------------------------------

# shellcheck source=patches/source.sh
source "$repo/patches/source.sh"
# shellcheck source=patches/splice.sh
source "$repo/patches/splice.sh"

patches=()
[[ -n $upstream ]] || patches=("$repo/patches/xen-$line"/*.patch)

if [[ -n $xen_src ]]; then
    source_from_dir
elif [[ -n $git_ref ]]; then
    source_from_git
else
    source_from_distribution
fi

tree=$work/tree/$name
staged=$tree
if [[ $(cat "$tree/.spliced" 2>/dev/null) != "$(splice_id)" ]]; then
    staged=$scratch/xen
    ((${#patches[@]} == 0)) || step "Applying ${#patches[@]} patches for Xen $line"
    apply_patches
fi

if [[ -z $upstream ]]; then
    has_rust
    # shellcheck source=/dev/null
    source "$scratch/toolchain"
    export RUSTC
    splice_component "$staged"
fi

if [[ $staged != "$tree" ]]; then
    splice_id >"$staged/.spliced"
    # Aside first: a tree that is half removed could be taken for a whole one.
    [[ ! -e $tree ]] || mv -- "$tree" "$scratch/old"
    mv -- "$staged" "$tree"
    rm -rf -- "$scratch/old"
fi

# --- Configure, build, verify -----------------------------------------------

# Xen bakes in when, where and by whom it was built; a build says nothing of
# that, so that it can be reproduced.
export SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(stat -c %Y "$tree/Config.mk")}"
export XEN_WHOAMI=xen-rs XEN_DOMAIN=localdomain XEN_BUILD_HOST=localhost
# Before 4.20 Xen does not look at SOURCE_DATE_EPOCH.
XEN_BUILD_DATE=$(date -u -d "@$SOURCE_DATE_EPOCH")
XEN_BUILD_TIME=$(date -u -d "@$SOURCE_DATE_EPOCH" +%T)
export XEN_BUILD_DATE XEN_BUILD_TIME TZ=UTC

make_xen() {
    logged make -C "$tree/xen" -j"$jobs" XEN_TARGET_ARCH="$arch" CROSS_COMPILE="$cross" "$@"
}

{
    echo CONFIG_EXPERT=y
    echo CONFIG_IOREQ_SERVER=y
    [[ -n $debug ]] && echo CONFIG_DEBUG=y || echo '# CONFIG_DEBUG is not set'
    [[ -n $upstream ]] || echo CONFIG_MAPCACHE_RUST=y
} >"$scratch/config"
if [[ ! -e $tree/xen/.config ]] || ! cmp -s "$scratch/config" "$tree/.config-wanted"; then
    step "Configuring"
    rm -f "$tree/xen/.config" "$tree/.config-wanted"
    cp "$scratch/config" "$tree/xen/.config"
    make_xen olddefconfig ||
        die "$EX_BUILD" 'Cannot configure Xen.' "$(log_tail)" 'make olddefconfig' "The log is $log."
    while read -r option; do
        grep -qxF -- "$option" "$tree/xen/.config" ||
            die "$EX_BUILD" "Xen's configuration does not take $option." \
                "$(grep -F "${option%=*}" "$tree/xen/.config" || echo 'no such option')" \
                "$option" 'See what it depends on: make -C xen menuconfig'
    done <"$scratch/config"
    cp "$scratch/config" "$tree/.config-wanted"
fi

step "Building Xen $line for $arch with $jobs jobs${upstream:+, without the component}"
make_xen ||
    die "$EX_BUILD" 'Xen does not build.' \
        "$(grep -E -A6 '^(error|warning: unused)|: error:|: fatal error:|undefined reference|\*\*\*' "$log" | head -n 20 | cut -c1-160)" \
        'a hypervisor' "The whole log is $log."

symbols() {
    "${cross}nm" "$tree/xen/xen-syms" | awk '{ print $NF }' | sort -u
}

step "Verifying"
exports=$(sed -n 's/^[a-z].*[ *]\(xen_rs_[a-z0-9_]*\)(.*/\1/p' "$repo/ffi/include/xen_rs.h" | sort)
linked=$(symbols | grep '^xen_rs_' || true)
if [[ -z $upstream ]]; then
    [[ $linked == "$exports" ]] ||
        die "$EX_BUILD" 'The component is not linked as it should be.' "${linked:-no export} in xen-syms" \
            "$exports" "The log is $log."
    # Not grep -q, which would end before `symbols` and so have the pipe fail.
    if symbols | grep -x ioreq_request_mapcache_invalidate >/dev/null; then
        die "$EX_BUILD" "The C version is still there." 'ioreq_request_mapcache_invalidate in xen-syms' \
            'the Rust version alone' "The log is $log."
    fi
else
    [[ -z $linked ]] ||
        die "$EX_BUILD" "This is not upstream's Xen." "$linked in xen-syms" 'no such symbol' \
            "The log is $log."
fi

# --- The result -------------------------------------------------------------

component_version() {
    git -C "$repo" describe --always --dirty --abbrev=40 --match 'v[0-9]*' 2>/dev/null ||
        echo 'not from git'
}

build_info() {
    echo "xen:            $line $arch${debug:+ debug}"
    echo "source:         $source_note"
    if [[ -n $upstream ]]; then
        echo "component:      none, as upstream"
    else
        echo "component:      $(component_version)"
        echo "patches:        $(cat -- "${patches[@]}" | sha256sum | cut -d' ' -f1)"
        echo "rustc:          $("$RUSTC" --version)"
        echo "core:           $([[ $RUST_CORE_SRC ]] && echo 'metadata made from source' || echo "the toolchain's")"
    fi
    echo "gcc:            $("${cross}gcc" --version | sed -n 1p)"
    echo "ld:             $("${cross}ld" --version | sed -n 1p)"
    echo "make:           $(make --version | sed -n 1p)"
    echo "source date:    $SOURCE_DATE_EPOCH"
    (cd "$tree/xen" && sha256sum xen xen-syms .config) |
        awk '{ sub(/^\./, "", $2); printf "%-16s%s\n", "sha256 " $2 ":", $1 }'
}

result=$out/$name
new=$out/.$name.new
info=$(build_info)
rm -rf -- "$new"
if ! { mkdir "$new" && cp "$tree/xen/xen" "$tree/xen/xen-syms" "$new/" &&
    cp "$tree/xen/.config" "$new/config" && printf '%s\n' "$info" >"$new/build-info.txt"; } 2>>"$log"; then
    die "$EX_WRITE" "Cannot write to $out." "$(log_tail 2; df -h "$out" | tail -n 1)" 'room for 4 MB' \
        'Make room, or name another folder with --out DIR.'
fi
# From here it takes no time, and there is nothing left to interrupt.
trap '' INT TERM HUP
rm -rf -- "$result"
mv -T -- "$new" "$result"

step "Built Xen $line for $arch${upstream:+ as upstream has it}"
cat <<END

  $result/
    xen             the hypervisor, to boot
    xen-syms        the same with symbols
    config          its configuration
    build-info.txt  what it was built from, and with

  The tree it was built in, for make and a debugger: $tree
  Next: ./osstest/run boots it and shows that it works.
END
