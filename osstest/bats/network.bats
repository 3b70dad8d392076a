#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The network is down: all of it goes to a port on this machine where nobody
# listens.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "network: apt cannot reach the distribution" {
    type -P apt-get >/dev/null && PATH=$lab_path apt-get indextargets >/dev/null 2>&1 || skip 'no apt here'
    cold
    build
    block 4 'Cannot get the source of Xen 4.20 from the distribution' '' 'of Debian: trixie' --xen-src
    part_has 'do' '--git-ref stable-4.20'
    part_has 'do' 'Check the network'
    empty "$checkout/.build/source" "$checkout/.build/tree" "$checkout/out"
    nothing_left
}

@test "network: a distribution that has no such source package" {
    fake apt-get </dev/null
    cold
    build
    block 4 'Cannot get the source of Xen 4.20 from the distribution' 'apt' 'of Debian: trixie' --xen-src
    nothing_left
}

# The index has moved on to what the mirror does not hold, and the file that it
# should still hold is another.
@test "network: a tarball that is not the one that is known" {
    [[ -x /usr/lib/apt/apt-helper ]] || skip 'no apt here'
    local site=$BATS_TEST_TMPDIR/debian line known tried=0
    mkdir -p "$site/pool/main/x/xen"
    fake apt-get <<<"[[ \$1 == indextargets ]] && echo file:$site"
    for file in "$lab"/project/patches/xen-*/line; do
        # Others are not the distribution's.
        grep -q ^suites= "$file" || continue
        line=${file%/line} line=${line##*/xen-}
        known=$(sed -n 's/^tarball=//p' "$file")
        [[ -n $known ]]
        echo 'not what it was' >"$site/pool/main/x/xen/$known"
        cold '' "cold-$line"
        build --xen "$line"
        block 4 "Cannot get the source of Xen $line from the distribution" 'Hash Sum mismatch' \
            'of Debian: ' "./build-xen.sh --git-ref stable-$line"
        empty "$checkout/.build/source" "$checkout/.build/tree"
        nothing_left
        tried=$((tried + 1))
    done
    ((tried >= 2))
}

@test "network: --offline needs no interface, and nothing in HOME" {
    local map=()
    ((EUID == 0)) || map=(--map-root-user)
    unshare --net "${map[@]}" true 2>/dev/null || skip 'no network namespace to be had; run it as root'
    configurable
    for options in '' '--config NR_CPUS=5' --upstream; do
        # shellcheck disable=SC2086  # words
        run env "${env[@]}" CARGO_HOME="$BATS_TEST_TMPDIR/empty" unshare --net "${map[@]}" \
            "$checkout/build-xen.sh" --offline $options 3>&-
        ends_with 0
    done
    grep -x CONFIG_NR_CPUS=5 "$checkout/out/$result+nr_cpus/config"
    # It is not that there is one.
    run unshare --net "${map[@]}" bash -c 'exec 4<>/dev/tcp/127.0.0.1/9'
    says 'unreachable'
    nothing_left
}
