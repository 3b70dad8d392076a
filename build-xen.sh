#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds Xen for Arm with the mapcache invalidation in Rust: gets the source,
# splices this component in, configures, builds, verifies. How it does that is in
# patches/build.
# shellcheck disable=SC2034,SC2154  # parts share what they set

set +o posix
set -eEuo pipefail

usage() {
    cat <<'END'
Usage: ./build-xen.sh [OPTION]…

Builds Xen for Arm with its mapcache invalidation in Rust, from upstream's
source, and puts the result in out/xen-LINE-ARCH[-debug][-clang][-upstream].

Which Xen
  --xen LINE      the Xen line, one of patches/xen-* (default: that of the
                  source that is given, or 4.20)
  --xen-src DIR   build this Xen source tree; it is copied, not changed
  --git-ref REF   build this branch, tag or commit of upstream's repository
                  (or of $XEN_GIT_URL)
                  Without either: the distribution's source package, whose
                  original tarball is an upstream commit.
Its configuration
  --config FILE   a Kconfig fragment, or a whole .config, on top of the default
  --config OPTION=VALUE
                  one option: --config SCHED_NULL=y. Any number of both; the
                  last one wins. What Xen does not take is refused.
  --defconfig NAME
                  start from a configuration that the tree has: tiny64
  --debug         a debug build of Xen (CONFIG_DEBUG=y)
For a board
  --board NAME    with the options of this board, in a tree and a result of its own,
                  xen-LINE-ARCH+NAME, with a boot script for U-Boot
  --early-printk  with Xen's early printk on the UART of that board; such a Xen
                  boots nowhere else
  --boot-config FILE
                  what U-Boot is to load there, in the form of ImageBuilder's config:
                  patches/boards/README.md
  --list-boards   the boards, and what of each was tested on what; builds nothing
How
  --arch ARCH     arm64 (default, or as the board is), arm32, or of master riscv64
  --clang         with clang instead of gcc
  --upstream      the same tree, without the patches and the component
  --out DIR       put results below DIR (default out)
  --jobs N        run N jobs at once (default: one for each processor)
  --prepare       only see to what is missing on this machine, and build nothing
  --with-tests    also see to what ./osstest/run needs
  --no-install    install no packages; say which are missing
  --offline       use no network; everything needed must be here already
Instead of building
  --series DIR    write the patches to DIR as one would mail them to upstream,
                  cover letter and component included, from this checkout alone
  --base REF      what they are said to be for (default: the commit of upstream's
                  master that they were last applied to)
  --dist [DIR]    pack the commit that this checkout is at, with the source of
                  Xen (of --xen LINE), as DIR/xen-rs-VERSION.tar.xz (default
                  out). That is all that --offline needs beside packages.
  -h, --help      this

--config and --defconfig have a tree and a result of their own, named after them:
xen-4.20-arm64+board for --config board.config. A configuration that was changed
in a tree, with make menuconfig, is kept; to drop it, remove xen/.config there.

Environment. Nothing of it reaches a build but
  CROSS_COMPILE   the prefix of the compiler and its tools: a name in PATH, or a
                  path, or these after `ccache ` (default: as Debian names it;
                  on an Arm host, that machine's own)
  RUSTC           the Rust compiler (default: the first in PATH that will do);
                  RUSTUP_HOME, RUSTUP_TOOLCHAIN as rustup has them
  CARGO           the cargo for the tests (default: beside rustc)
  SOURCE_DATE_EPOCH
                  the date that is built in (default: that of the source)
  XEN_GIT_URL     upstream's repository, for --git-ref
  PATH, HOME, TMPDIR, XDG_CACHE_HOME, CCACHE_DIR
and, for what fetches and installs alone, http_proxy and its like, SSL_CERT_FILE,
SSL_CERT_DIR, CURL_CA_BUNDLE, GIT_SSL_CAINFO, GIT_SSL_CAPATH, GIT_SSH,
GIT_SSH_COMMAND, GIT_ASKPASS, SSH_ASKPASS, SSH_AUTH_SOCK, APT_CONFIG.

A second run does only what is new. Sources, trees and logs are kept in .build/
(in the user's cache folder if the path of this checkout has characters that
Xen's makefiles cannot take); remove it to start afresh.

Exit status: 0 done, 1 the build or its verification failed, or Xen does not
take its configuration, 2 usage, or --dist where changes are not committed, 3
something is missing on this machine, 4 no source of Xen, 5 the patches do not
apply, 6 cannot write, or cannot run what is there, 130 interrupted.
END
}

repo=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
# shellcheck source=patches/build/environment.sh
source "$repo/patches/build/environment.sh"
clean_environment "${BASH_SOURCE[0]}" "$@"

for part in say run lines work packages beside compiler machine git source splice config make result series dist settings board layout uboot; do
    # shellcheck source=/dev/null
    source "$repo/patches/build/$part.sh"
done

# --- What is asked ----------------------------------------------------------

default_line=4.20
line='' arch='' debug='' clang='' upstream='' out=$repo/out out_option=--out
xen_src='' git_ref='' jobs=$(nproc) may_install=y offline='' prepare='' with_tests=''
defconfig='' configs=() series='' base='' dist='' asked=()
board='' early_printk='' boot_config=''

bad_usage() {
    die "$EX_USAGE" "Cannot tell what to build." "$1" "$2" "${3:-./build-xen.sh --help lists the options.}"
}

while (($#)); do
    asked+=("$1")
    case $1 in
        --xen | --xen-src | --git-ref | --config | --defconfig | --arch | --out | --jobs | --series | --base | \
            --board | --boot-config)
            [[ -n ${2-} && $2 != --* ]] || bad_usage "$1 without a value" "$1 VALUE"
            ;;&
        --xen) line=$2; shift ;;
        --xen-src) xen_src=$2; shift ;;
        --git-ref) git_ref=$2; shift ;;
        --config) configs+=("$2"); shift ;;
        --defconfig) defconfig=$2; shift ;;
        --arch) arch=$2; shift ;;
        --debug) debug=-debug ;;
        --board) board=$2; shift ;;
        --boot-config) boot_config=$2; shift ;;
        --early-printk) early_printk=y ;;
        --list-boards) list_boards; exit 0 ;;
        --clang) clang=-clang ;;
        --upstream) upstream=-upstream ;;
        --out) out=$2; shift ;;
        --jobs) jobs=$2; shift ;;
        --prepare) prepare=y ;;
        --with-tests) with_tests=y ;;
        --no-install) may_install='' ;;
        --offline) offline=y may_install='' ;;
        --series) series=$2; shift ;;
        --base) base=$2; shift ;;
        --dist)
            dist=$repo/out
            if (($# > 1)) && [[ $2 != -* ]]; then
                [[ -n $2 ]] || bad_usage '--dist with an empty name' '--dist, or --dist DIR'
                dist=$2
                shift
            fi
            ;;
        -h | --help) usage; exit 0 ;;
        *) bad_usage "$1" 'one of the options' ;;
    esac
    shift
done

if [[ -n $series$base ]]; then
    check_series_options
    write_series "$series"
    exit 0
fi

if [[ -n $dist ]]; then
    check_dist_options
    make_dist
    exit 0
fi

if [[ -n $board ]]; then
    use_board
else
    [[ -z $early_printk ]] ||
        bad_usage '--early-printk without --board' '--board NAME, as each board has its own UART'
    [[ -z $boot_config ]] || bad_usage '--boot-config without --board' '--board NAME, as each has its own RAM'
    arch=${arch:-arm64}
fi
if [[ -z $line ]]; then
    line=$(line_of_source)
    line=${line:-$default_line}
    has_patches "$line" ||
        die "$EX_SOURCE" "There are no patches for $xen_src$git_ref." "Xen $line" \
            "one of the lines $(list_lines)" "$(for_line "$line")"
fi
has_patches "$line" ||
    bad_usage "--xen $line" "a Xen line that has patches: $(list_lines)" "$(for_line "$line")
./build-xen.sh --help lists the options."
if [[ -n $board ]]; then
    check_board_line
    read_boot_config
    lay_out
fi
[[ $jobs =~ ^[1-9][0-9]{0,3}$ ]] || bad_usage "--jobs $jobs" 'a number from 1 to 9999'
[[ ${SOURCE_DATE_EPOCH:-0} =~ ^[0-9]{1,11}$ ]] ||
    bad_usage "SOURCE_DATE_EPOCH=$SOURCE_DATE_EPOCH in the environment" 'seconds since 1970, or none'
[[ -z $xen_src || -z $git_ref ]] || bad_usage 'both --xen-src and --git-ref' 'one of them'
[[ $arch == arm64 || $arch == arm32 || $arch == riscv64 ]] || bad_usage "--arch $arch" 'arm64, arm32 or riscv64'
[[ $arch != riscv64 || " $(line_says "$line" arch) " == *" $arch "* ]] ||
    bad_usage "--arch $arch of Xen $line" "a Xen line that has it: $(lines_with arch | paste -sd' ')" \
        "Name another with --xen, --xen-src or --git-ref."
arch_folder=arm
[[ $arch != riscv64 ]] || arch_folder=riscv
use_compiler "$arch"
read_configs

name=xen-$line-$arch$debug$clang$upstream$config_suffix

# --- What is done -----------------------------------------------------------

enter_work
check_machine
[[ -z $prepare ]] || exit 0
export TMPDIR=$scratch

patches=()
[[ -n $upstream ]] || mapfile -t patches < <(patches_of "$line")
tree=$work/tree/$name

if [[ -n $xen_src ]]; then
    source_from_dir
elif [[ -n $git_ref ]]; then
    source_from_git
else
    source_from_distribution
fi
make_tree
configure
build
verify
publish

next='./osstest/run boots it and shows that it works.'
[[ -z $board ]] || next="osstest/carry --board $board is for the tests on it."
step "Built Xen $line for $arch${upstream:+ as upstream has it}"
cat <<END

  $result/
    xen             the hypervisor, to boot
    xen-syms        the same with symbols
    config          its configuration
    build-info.txt  what it was built from, and with
${board:+    README          how to boot it on $board, with the files beside it: ${setting[UBOOT_SCRIPT]-} and others
}
  The tree it was built in, for make and a debugger: $tree
  Next: $next
END
