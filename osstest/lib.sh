# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What run and the steps share: how they speak and how they count, and what the
# project is made of. The one that sources this sets repo, passed and failed.

elapsed() {
    printf '[%d:%02d]' $((SECONDS / 60)) $((SECONDS % 60))
}

say() {
    printf '%s %s\n' "$(elapsed)" "$*"
}

# pass|fail JOB TEXT: one line for each test, for people and for grep.
pass() {
    passed=$((passed + 1))
    printf 'ok    %-26s %s\n' "$1" "$2"
}

fail() {
    failed=$((failed + 1))
    printf 'FAIL  %-26s %s\n' "$1" "$2"
}

# One block for what is no test result: what failed, found, wanted, what to do.
die() {
    printf '***\n*** %s\n***   found:  %s\n***   wanted: %s\n***   do:     %s\n***\n' "$@" >&2
    exit 2
}

# What building Xen takes of this project.
parts=(Cargo.toml Cargo.lock xen-rs ffi cbits patches build-xen.sh)

# copy_project DIR: a copy of it, to be changed or built there. The workspace is
# not whole without its other members.
copy_project() {
    tar -C "$repo" --exclude=target -cf - "${parts[@]}" osstest/audit osstest/guest |
        tar -C "$1" -xf -
}

# What a build of the patched Xen from this project depends on, as text.
made_of() {
    tar -C "$repo" --exclude=target --sort=name --mtime=@0 -cf - "${parts[@]}" | sha256sum
    grep -E '^(source|rustc|cargo|gcc|ld|core):' "$repo/out/xen-4.20-arm64/build-info.txt"
}
