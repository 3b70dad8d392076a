#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Folders that cannot be written, and disks without room.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "disk: --out below a file" {
    build --offline --out "$checkout/Cargo.toml/out"
    refused 6 "Cannot write to $checkout/Cargo.toml/out" 'Not a directory' 'can be written' '--out DIR'
}

@test "disk: .build is a file" {
    cold
    touch "$checkout/.build"
    build --offline
    refused 6 "Cannot write to $checkout/.build" 'File exists' 'can be written' 'Make the checkout writable'
}

# Several runs in one shell with mounts: each its own status in $dir/N.status and
# what it said in $dir/N.
prelude='
    dir=$1 checkout=$2
    n=0
    go() {
        n=$((n + 1))
        "$checkout/build-xen.sh" --offline --no-install "$@" >"$dir/$n" 2>&1 </dev/null && s=0 || s=$?
        echo "$s" >"$dir/$n.status"
    }
    what() { find "$1" -mindepth 1 -printf "%P %s\n" | sort; }
    '
mounts() {
    dir=$BATS_TEST_TMPDIR/runs
    mkdir -p "$dir" "$BATS_TEST_TMPDIR/mnt"
    mounted "$prelude mnt=$BATS_TEST_TMPDIR/mnt
$1" "$dir" "$checkout"
    ends_with 0
}
take() {
    output=$(cat "$dir/$1") status=$(cat "$dir/$1.status")
}

@test "disk: --out is on a file system that is only read" {
    snapshot >"$before"
    mounts 'mount -t tmpfs -o size=1m,ro tmpfs "$mnt"; go --out "$mnt/out"'
    take 1
    refused 6 'Cannot write to' 'Read-only file system' 'can be written' '--out DIR'
}

@test "disk: the checkout is on a file system that is only read" {
    snapshot >"$before"
    mounts 'mount --bind "$checkout" "$checkout"; mount -o remount,bind,ro "$checkout"; go'
    take 1
    refused 6 "Cannot write to $checkout/.build" 'Read-only file system' 'can be written' 'Make the checkout writable'
}

@test "disk: --out is full; the old result stays, and with room there is a new one" {
    quick
    mounts 'mount -t tmpfs -o size=1m tmpfs "$mnt"
        mkdir "$mnt/xen-4.20-arm64"; echo old >"$mnt/xen-4.20-arm64/xen"
        head -c 300000 /dev/zero >"$mnt/other"
        what "$mnt" >"$dir/before"; go --out "$mnt"; what "$mnt" >"$dir/after"
        mount -o remount,size=16m "$mnt"; go --out "$mnt"; cp -r "$mnt" "$dir/out"'
    take 1
    block 6 'Cannot write to' 'No space left on device' 'room for 4 MB' '--out DIR'
    diff "$dir/before" "$dir/after"
    take 2
    is_good "$dir/out"
}

@test "disk: --out has no room for a byte" {
    mounts 'mount -t tmpfs -o size=1m tmpfs "$mnt"; ! cat /dev/zero >"$mnt/other" 2>/dev/null
        what "$mnt" >"$dir/before"; go --out "$mnt"; what "$mnt" >"$dir/after"'
    take 1
    block 6 'Cannot write to' 'No space left on device' 'with room' '--out DIR'
    diff "$dir/before" "$dir/after"
    nothing_left
}

@test "disk: there is no room to work in" {
    cold
    mkdir "$checkout/.build"
    mounts 'mount -t tmpfs -o size=1m tmpfs "$checkout/.build"; ! cat /dev/zero >"$checkout/.build/other" 2>/dev/null
        what "$checkout" >"$dir/before"; go; what "$checkout" >"$dir/after"'
    take 1
    block 6 "Cannot write to $checkout/.build" 'No space left on device' 'with room' 'make room'
    diff "$dir/before" "$dir/after"
}

@test "disk: it gets full while the source is unpacked; with room it goes on" {
    cold
    mkdir "$checkout/.build"
    cp -a "$lab/checkout/.build/source" "$checkout/.build/"
    quick_make
    mounts 'mv "$checkout/.build/source" "$dir/source"; mount -t tmpfs -o size=16m tmpfs "$checkout/.build"
        mv "$dir/source" "$checkout/.build/source"
        go; what "$checkout/.build" >"$dir/after"
        mount -o remount,size=200m "$checkout/.build"; go; what "$checkout/.build" >"$dir/whole"'
    take 1
    block 6 'Cannot unpack' 'no room on a disk' 'room for' 'Make room'
    part_has found "$checkout/.build"
    output=$(cat "$dir/after")
    says_not 'tree/|scratch'
    take 2
    is_good "$checkout/out"
    grep -q "tree/$result/.spliced" "$dir/whole"
}

@test "disk: it gets full while Xen is copied, or built" {
    quick
    renew
    # What the tools say is what counts: make has made room again by then.
    fake make <<END
[[ \$* != *olddefconfig* ]] || { cp "$lab/good/config" "\$2/.config"; exit 0; }
echo 'as: fatal error: error writing to x.o: No space left on device'
exit 2
END
    build --offline
    block 6 'Xen does not build' 'no room on a disk' 'room for' 'Make room'
    nothing_left
    quick_make
    good_run
}

@test "disk: nothing can be run where the checkout is" {
    mounts 'mount -t tmpfs -o size=64m,noexec tmpfs "$mnt"; cp -a "$checkout/../project" "$mnt/here"
        bash "$mnt/here/build-xen.sh" --offline --no-install >"$dir/1" 2>&1 && s=0 || s=$?
        echo "$s" >"$dir/1.status"; what "$mnt/here/.build" >"$dir/left"'
    take 1
    block 6 'Nothing can be run in' "mounted noexec: $BATS_TEST_TMPDIR/mnt" 'on which programs can be run' 'Clone this to another'
    [[ $(grep -v '^log' "$dir/left" | cut -d' ' -f1 | paste -sd' ') == 'lock source tree' ]]
}

@test "disk: a checkout without the modes of its files" {
    cold
    chmod -x "$checkout"/cbits/*.sh
    build --offline
    block 6 "Nothing can be run in $checkout" rust-is-available.sh 'the modes that they have' 'with git'
    nothing_left
}

@test "disk: after all that, the checkout is up to date" {
    up_to_date
}
