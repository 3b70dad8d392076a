# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# Where build-xen.sh works: .build, or the user's cache folder.

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

# Xen's makefiles take neither spaces nor colons, nor what a shell would touch.
choose_work() {
    local key cache
    work=$repo/.build
    [[ ! $work =~ ^[A-Za-z0-9/._+@,=-]+$ ]] || return 0
    key=$(printf '%s' "$repo" | sha256sum | cut -c1-16)
    for cache in "${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}" "/var/tmp/xen-rs-$UID"; do
        work=$cache/xen-rs/$key
        [[ $work =~ ^[A-Za-z0-9/._+@,=-]+$ && $work != /nonexistent/* ]] && break
    done
}

# A build runs what it has compiled, and scripts of Xen and of this checkout.
must_execute() {
    local where=$1 options
    [[ ! -x $2 ]] || return 0
    options=$(findmnt -n -o OPTIONS --target "$where" 2>/dev/null) || true
    if [[ ,$options, == *,noexec,* ]]; then
        die "$EX_WRITE" "Nothing can be run in $where." \
            "a file system that is mounted noexec: $(findmnt -n -o TARGET --target "$where")" \
            'one on which programs can be run' "Clone this to another, or mount it with exec."
    fi
    die "$EX_WRITE" "Nothing can be run in $where." "$2, which is not executable" \
        'files with the modes that they have in git' 'Clone this anew, with git.'
}

# Takes the folder for this run alone, with its log and a folder for what is not
# finished.
enter_work() {
    choose_work
    make_dir "$work" 'Make the checkout writable, make room, or clone it elsewhere.'
    if [[ $work != "$repo/.build" ]]; then
        # What a checkout was built with before it got this name is of no use.
        [[ -L $repo/.build ]] || rm -rf -- "$repo/.build"
        ln -sfn -- "$work" "$repo/.build"
    fi
    make_dir "$out" "Name another with $out_option DIR."
    out=$(cd -- "$out" && pwd -P)

    exec 9>"$work/lock"
    if ! flock -n 9; then
        step "Another build runs in this checkout; waiting for it to end"
        flock 9
    fi

    mkdir -p "$work/log" "$work/source" "$work/tree"
    use_beside "$work/beside"
    log=$work/log/${prepare:+prepare-}$name.log
    : >"$log"
    # What a run that was killed, or lost its power, has left.
    rm -rf -- "$work"/scratch.*
    scratch=$(mktemp -d "$work/scratch.XXXXXX")
    trap leave EXIT
    trap interrupted INT TERM HUP

    printf '#!/bin/sh\n' >"$scratch/program"
    chmod +x "$scratch/program"
    must_execute "$work" "$scratch/program"
    must_execute "$repo" "$repo/cbits/rust-is-available.sh"
}
