#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Where the checkout is, and how it is called, does not matter.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "paths: spaces and letters beyond ASCII, in the checkout and in --out" {
    cold --source 'Xen für Ärmel & $HOME'
    quick_make
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    build --offline
    block 4 'No source of Xen 4.20 here' "$BATS_TEST_TMPDIR/cache/xen-rs/" 'earlier run' --offline
    cp "$lab"/source/* "$checkout/.build/source/"
    out=$BATS_TEST_TMPDIR/'meine Ausgabe (ü)'
    build --offline --out "$out"
    is_good "$out"
    says "$out/$result/"
    # What Xen's makefiles cannot take is not where they work.
    [[ $(readlink "$checkout/.build") == "$BATS_TEST_TMPDIR/cache/xen-rs/"* ]]
    build --offline --out "$out"
    is_good "$out"
    says_not 'Unpacking|Applying'
}

@test "paths: a cache folder that make cannot take either" {
    cold - 'Xen hier'
    quick_make
    export XDG_CACHE_HOME="$BATS_TEST_TMPDIR/mein cache"
    # Then it is one in /var/tmp, of which this has its own.
    mounted 'mount --bind "$1" /mnt; mount -t tmpfs -o size=100m tmpfs /var/tmp
        mkdir -p "$1"; mount --bind /mnt "$1"; mkdir -p "/var/tmp/xen-rs-$UID"
        "$2/build-xen.sh" --offline || true
        cp "$1"/source/* "$2/.build/source/"
        "$2/build-xen.sh" --offline; readlink "$2/.build"' "$lab" "$checkout"
    says "/var/tmp/xen-rs-"
    is_good "$checkout/out"
}

@test "paths: a checkout that was renamed to what make cannot take" {
    cold --source
    quick_make
    good_run
    mv "$checkout" "$BATS_TEST_TMPDIR/neuer Name"
    checkout=$BATS_TEST_TMPDIR/'neuer Name'
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    build --offline
    # Its .build, where nothing can be built now, is gone: the source with it.
    block 4 'No source of Xen 4.20 here' "$BATS_TEST_TMPDIR/cache/xen-rs/" 'earlier run' --offline
    [[ -L $checkout/.build && -d $checkout/.build/tree ]]
    nothing_left
}

@test "paths: a symbolic link to the checkout" {
    ln -s "$checkout" "$BATS_TEST_TMPDIR/link"
    snapshot >"$before"
    run env "${env[@]}" "$BATS_TEST_TMPDIR/link/build-xen.sh" --offline
    is_good "$checkout/out"
    says "$checkout/out/$result/"
    [[ ! -e $checkout/$result ]]
}

@test "paths: a symbolic link to build-xen.sh, from another folder" {
    mkdir "$BATS_TEST_TMPDIR/elsewhere"
    ln -s "$checkout/build-xen.sh" "$BATS_TEST_TMPDIR/elsewhere/b"
    cd "$BATS_TEST_TMPDIR/elsewhere"
    run env "${env[@]}" ./b --offline
    is_good "$checkout/out"
    [[ $(ls) == b ]]
}

@test "paths: --out and --xen-src are relative to where one is, whatever CDPATH says" {
    quick
    mkdir -p "$BATS_TEST_TMPDIR/here" "$BATS_TEST_TMPDIR/there/results"
    cd "$BATS_TEST_TMPDIR/here"
    export CDPATH=$BATS_TEST_TMPDIR/there
    build --offline --out results
    is_good "$BATS_TEST_TMPDIR/here/results"
    [[ -z $(ls "$BATS_TEST_TMPDIR/there/results") ]]
    build --offline --xen-src ../nothing
    block 4 '../nothing is no folder' '' '' ''
}

@test "paths: what a make that calls it has set does not reach Xen's make" {
    quick
    quick_make
    sed -i '2i[[ -z ${MAKEFLAGS-}${MAKELEVEL-} ]] || exit 8' "$fakes/make"
    MAKEFLAGS=-n MAKELEVEL=1 build --offline
    is_good "$checkout/out"
}
