#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Trees and checkouts that belong to somebody else, as for root in a container.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

setup() {
    common_setup
    command -v git >/dev/null || skip 'git is not installed'
    ((EUID == 0)) || skip 'only root can give files away'
    quick
}

# repository DIR: a git repository of what is there; its commit is $commit.
repository() {
    git -C "$1" init -q
    printf '/.build\n/out\n' >>"$1/.git/info/exclude"
    git -C "$1" add -A
    GIT_COMMITTER_DATE='2001-02-03T04:05:06Z' git -C "$1" -c user.name=n -c user.email=e commit -q -m base
    commit=$(git -C "$1" rev-parse HEAD)
    chown -R 12345:12345 "$1"
}

@test "owner: of a tree, the commit and its date are known, and nothing is written there" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    repository "$dir"
    find "$dir" -printf '%P %U %T@\n' | sort >"$BATS_TEST_TMPDIR/tree.before"
    build --offline --xen-src "$dir"
    is_good "$checkout/out"
    grep -x "source: *$dir, commit $commit" "$checkout/out/$result/build-info.txt"
    grep -x "source date: *981173106" "$checkout/out/$result/build-info.txt"
    diff "$BATS_TEST_TMPDIR/tree.before" <(find "$dir" -printf '%P %U %T@\n' | sort)
    # Of its own configuration, nothing is run.
    printf '[core]\n\tfsmonitor = touch %s/ran\n' "$BATS_TEST_TMPDIR" >>"$dir/.git/config"
    touch "$dir/Config.mk"
    build --offline --xen-src "$dir"
    is_good "$checkout/out"
    [[ ! -e $BATS_TEST_TMPDIR/ran ]]
    good_run
}

@test "owner: of the checkout, the commit is known" {
    cold --source
    repository "$checkout"
    quick_make
    build --offline
    is_good "$checkout/out"
    grep -x "component: *$commit" "$checkout/out/$result/build-info.txt"
    echo >>"$checkout/Cargo.toml"
    build --offline
    grep -x "component: *$commit-dirty" "$checkout/out/$result/build-info.txt"
}

@test "owner: of a repository that is fetched from, and of what was fetched before" {
    dir=$BATS_TEST_TMPDIR/xen.git
    cp -a "$lab/small" "$dir"
    repository "$dir"
    cold
    quick_make
    XEN_GIT_URL=$dir build --git-ref "$commit" --upstream
    ends_with 0
    grep "commit $commit\$" "$checkout/out/$result-upstream/build-info.txt"
    chown -R 12345 "$checkout/.build/source"
    XEN_GIT_URL=$dir build --git-ref "$commit" --upstream
    ends_with 0
    XEN_GIT_URL=$dir build --git-ref "$commit" --upstream --offline
    ends_with 0
    grep "commit $commit\$" "$checkout/out/$result-upstream/build-info.txt"
}
