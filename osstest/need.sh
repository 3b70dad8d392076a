# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154  # repo
#
# Programs that few steps need, those steps install themselves; what all need,
# `build-xen.sh --prepare --with-tests` installs. The one that sources this has
# sourced lib.sh.

# shellcheck source=patches/build/packages.sh
source "$repo/patches/build/packages.sh"

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
    local package=$1 what=$2 there=("${@:3}") why
    ! "${there[@]}" >/dev/null 2>&1 || return 0
    can_install ||
        die 'Something is missing on this machine, and cannot be installed from here.' \
            "no $what" "Debian's package $package, or what it holds" "apt-get install $package, as root"
    # Steps that run side by side may need the same.
    mkdir -p -- "$repo/.build"
    exec 6>"$repo/.build/install.lock"
    flock 6
    if "${there[@]}" >/dev/null 2>&1; then
        exec 6>&-
        return 0
    fi
    say "Installing $package" >&2
    why=$(update_lists) ||
        die "Cannot install $package." "$(tail -n 5 <<<"$why")" "$package" 'See that apt reaches its sources.'
    plan_install "$package"
    if ((${#left_out[@]})); then
        why=$(unpack_beside "$package") ||
            die "$package cannot be installed or unpacked beside what is there." \
                "to install it, apt would remove $in_the_way; to unpack it:
$(tail -n 4 <<<"$why")" 'a package that leaves the others in place' \
                "Decide which is to stay: apt-get install $package shows what it would do."
    else
        why=$("${apt_install[@]}" -q 2>&1 </dev/null) ||
            die "Cannot install $package." "$(tail -n 5 <<<"$why")" "$package" \
                "Install it by hand: apt-get install $package"
    fi
    "${there[@]}" >/dev/null 2>&1 ||
        die "$package does not bring it." "no $what" "$what" 'Install it by hand.'
    exec 6>&-
}
