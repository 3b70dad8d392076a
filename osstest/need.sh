# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What few steps need of this machine, or one that is run by hand, it sees to
# itself: what all need, `build-xen.sh --prepare --with-tests` brings. The one that
# sources this has sourced lib.sh.

# need COMMAND PACKAGE: sees to it that the command is there, installing Debian's
# package if that is possible.
need() {
    need_what "$2" "$1 in PATH" command -v "$1"
}

# need_file FILE PACKAGE: the same for a file.
need_file() {
    need_what "$2" "$1" test -e "$1"
}

# need_what PACKAGE WHAT COMMAND…: the same for what is there if COMMAND succeeds.
need_what() {
    local package=$1 what=$2 there=("${@:3}") why as_root=(sudo -n)
    ! "${there[@]}" >/dev/null 2>&1 || return 0
    ((EUID != 0)) || as_root=(env)
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
        die 'Something is missing on this machine, and cannot be installed from here.' \
            "no $what" "Debian's package $package, or what it holds" "apt-get install $package, as root"
    fi
    say "Installing $package" >&2
    why=$({
        "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
                install -y --no-install-recommends "$package"
    } 2>&1 </dev/null) || die "Cannot install $package." "$(tail -n 5 <<<"$why")" "$package" \
        "Install it by hand: apt-get install $package"
    "${there[@]}" >/dev/null 2>&1 ||
        die "$package does not bring it." "no $what" "$what" 'Install it by hand.'
}
