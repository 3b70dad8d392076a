#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The source of Xen is missing, damaged, or not what it should be.
#
# A download that succeeds is not here: it takes a network.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "source: --xen-src names nothing" {
    build --xen-src "$lab/nothing"
    refused 4 "$lab/nothing is no folder" 'nothing of that name' "Xen's source" --xen-src
}

@test "source: --xen-src names a file" {
    build --xen-src "$checkout/README.md/.." # no folder either
    block 4 'is no folder' 'nothing of that name' "Xen's source" --xen-src
    build --xen-src "$checkout/Cargo.toml"
    refused 4 "$checkout/Cargo.toml is no folder" 'a file' "Xen's source" --xen-src
}

@test "source: --xen-src is not Xen" {
    dir=$BATS_TEST_TMPDIR/empty
    mkdir "$dir"
    build --xen-src "$dir"
    refused 4 "$dir is not Xen" 'not each of' "Xen's source" --xen-src
    # Half of one is none.
    mkdir -p "$dir/xen/arch/arm"
    touch "$dir/Config.mk" "$dir/xen/arch/arm/traps.c"
    build --xen-src "$dir"
    refused 4 "$dir is not Xen" 'xen/Makefile' "Xen's source" --xen-src
}

@test "source: --xen-src is another Xen line" {
    dir=$BATS_TEST_TMPDIR/other
    mkdir -p "$dir/xen/arch/arm"
    touch "$dir/Config.mk" "$dir/xen/arch/arm/traps.c"
    printf 'export XEN_VERSION = 4\nexport XEN_SUBVERSION = 16\n' >"$dir/xen/Makefile"
    build --xen 4.20 --xen-src "$dir"
    refused 4 "$dir is another Xen line" 'Xen 4.16' 'Xen 4.20' '4.20'
}

@test "source: --xen-src has been spliced already" {
    build --xen-src "$checkout/.build/tree/$result"
    refused 4 'has been spliced already' "$checkout/.build/tree/$result/xen/rust" "upstream's source" 'make -C'
}

@test "source: a tree with build output in it builds from a clean copy" {
    quick
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/pristine" "$dir"
    touch "$dir/xen/arch/arm/traps.o" "$dir/xen/common/built_in.o" "$dir/xen/xen-syms"
    mkdir "$dir/xen/include/generated"
    echo '#define CONFIG_STALE 1' >"$dir/xen/include/generated/autoconf.h"
    (cd "$dir" && find . -type f -printf '%P %s %T@\n') | sort >"$BATS_TEST_TMPDIR/tree.before"
    good_run --xen-src "$dir"
    tree=$checkout/.build/tree/$result/xen
    [[ -e $tree/xen-syms && -e $tree/arch/arm/traps.c ]]
    [[ ! -e $tree/arch/arm/traps.o && ! -e $tree/common/built_in.o && ! -e $tree/include/generated/autoconf.h ]]
    diff "$BATS_TEST_TMPDIR/tree.before" <(cd "$dir" && find . -type f -printf '%P %s %T@\n' | sort)
    good_run
}

@test "source: of a git tree, what was built there stays there" {
    command -v git >/dev/null || skip 'git is not installed'
    quick
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    git -C "$dir" init -q
    printf '*.o\n' >"$dir/.gitignore"
    git -C "$dir" -c user.name=n -c user.email=e add -A
    git -C "$dir" -c user.name=n -c user.email=e commit -q -m base
    touch "$dir/xen/arch/arm/traps.o" "$dir/xen/arch/arm/new.c"
    build --offline --upstream --xen-src "$dir"
    ends_with 0
    says "Copying $dir"
    grep -F "$(git -C "$dir" rev-parse HEAD)-dirty" "$checkout/out/$result-upstream/build-info.txt" ||
        grep -F "$(git -C "$dir" rev-parse HEAD)" "$checkout/out/$result-upstream/build-info.txt"
    tree=$checkout/.build/tree/$result-upstream/xen/arch/arm
    [[ -e $tree/new.c && ! -e $tree/traps.o ]]
    [[ $(git -C "$dir" status --porcelain) == '?? xen/arch/arm/new.c' ]]
}

kept_tarball() {
    tarball=$(echo "$checkout"/.build/source/xen_4.20.*.orig.tar.xz)
    keep "$tarball"
    keep "$checkout/.build/source/SHA256SUMS.4.20"
}

@test "source: the kept tarball is cut short" {
    kept_tarball
    truncate -s -100000 "$tarball"
    build --offline
    refused 4 'is damaged' "${tarball##*/}" 'apt verified' "rm '$tarball'"
}

@test "source: a byte of the kept tarball is another, and its advice helps" {
    kept_tarball
    printf x | dd of="$tarball" bs=1 seek=100000 conv=notrunc status=none
    build --offline
    refused 4 'is damaged' "${tarball##*/}" 'apt verified' "rm '$tarball'"
    rm "$tarball"
    build --offline
    refused 4 'No source of Xen 4.20 here' 'no xen_4.20' 'earlier run' --offline
}

@test "source: the kept tarball is not the one of SHA256SUMS" {
    kept_tarball
    sed -i 's/^..../0000/' "$checkout/.build/source/SHA256SUMS.4.20"
    build --offline
    refused 4 'is damaged' "${tarball##*/}" 'apt verified' "rm '$tarball'"
}

@test "source: the kept tarball has no SHA256SUMS" {
    kept_tarball
    rm "$checkout/.build/source/SHA256SUMS.4.20"
    build --offline
    refused 4 'is damaged' SHA256SUMS.4.20 'apt verified' "rm '$tarball'"
}

@test "source: a tarball that is whole but no archive" {
    kept_tarball
    head -c 100000 "$tarball" >"$BATS_TEST_TMPDIR/short"
    cp "$BATS_TEST_TMPDIR/short" "$tarball"
    (cd "$checkout/.build/source" && sha256sum "${tarball##*/}" >SHA256SUMS.4.20)
    build --offline
    refused 4 "Cannot unpack $tarball" '' 'a tar archive' "rm '$tarball'"
}

@test "source: --offline, and nothing is here" {
    cold
    build --offline
    block 4 'No source of Xen 4.20 here' "$checkout/.build/source" 'earlier run' --offline
    empty "$checkout/.build/source" "$checkout/.build/tree" "$checkout/out"
    nothing_left
}

@test "source: --offline --git-ref, and nothing is here" {
    command -v git >/dev/null || skip 'git is not installed'
    cold
    build --offline --git-ref stable-4.20
    block 4 'No stable-4.20 in' 'no such branch' 'of Xen' 'without --offline'
    nothing_left
}

@test "source: a git repository that cannot be reached, or is not Xen's" {
    command -v git >/dev/null || skip 'git is not installed'
    cold
    XEN_GIT_URL=http://127.0.0.1:1/xen.git build --git-ref master
    block 4 'Cannot fetch from http://127.0.0.1:1/xen.git' 127.0.0.1 "master of upstream's" XEN_GIT_URL
    nothing_left
    url=$BATS_TEST_TMPDIR/other.git
    git init -q "$url"
    git -C "$url" -c user.name=n -c user.email=e commit -q --allow-empty -m empty
    git -C "$url" branch -q -M trunk
    XEN_GIT_URL=$url build --git-ref no-such-ref
    block 4 "No no-such-ref in $url" 'no such branch' 'of Xen' --git-ref
    XEN_GIT_URL=$url build --git-ref trunk
    block 4 'trunk is not Xen' 'not each of' "Xen's source" --xen-src
    [[ ! -e $checkout/.build/tree/$result ]]
    nothing_left
}

@test "source: after all that, the checkout is up to date" {
    up_to_date
}
