#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# --dist: a release, and what is built from it.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

setup() {
    common_setup
    command -v git >/dev/null || skip 'git is not installed'
    cold --source
    mkdir -p "$checkout/.build/tree"
    in_git init -q
    known_source 4.20 "$lab/source/xen_4.20.0.orig.tar.xz"
    commit
    releases=$BATS_TEST_TMPDIR/releases
    mkdir "$releases"
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$checkout/Cargo.toml")
    release=$releases/xen-rs-$version.tar.xz
}

in_git() {
    env HOME="$lab/home" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@invalid \
        GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@invalid \
        GIT_AUTHOR_DATE="${commit_date-2001-02-03T04:05:06Z}" \
        GIT_COMMITTER_DATE="${commit_date-2001-02-03T04:05:06Z}" git -C "$checkout" "$@"
}

commit() {
    in_git add -A
    in_git commit -q -m all
}

# known_source LINE FILE: the source package that a release has of that line.
known_source() {
    printf '%s\n' suites=trixie ref=stable "tarball=${2##*/}" "sha256=$(sha256sum <"$2" | cut -d' ' -f1)" \
        >"$checkout/patches/xen-$1/line"
}

# dist [OPTION…]: writes a release, and leaves nothing else.
dist() {
    build --dist "$releases" "$@"
    ends_with 0 || return
    nothing_changed
}

# unpack: $release, in $unpacked.
unpack() {
    unpacked=$BATS_TEST_TMPDIR/$(basename "$release" .tar.xz)
    rm -rf "$unpacked"
    tar -C "$BATS_TEST_TMPDIR" -xf "$release"
}

# $unpacked has the files of the commit, the source of Xen of the line $of, and the
# sums of both.
is_whole() {
    local tarball
    tarball=$(sed -n 's/^tarball=//p' "$checkout/patches/xen-${of-4.20}/line")
    (cd "$unpacked" && sha256sum --quiet --strict -c SHA256SUMS) || return
    (cd "$unpacked/xen-source" && sha256sum --quiet --strict -c "SHA256SUMS.${of-4.20}") || return
    cmp "$unpacked/xen-source/$tarball" "$checkout/.build/source/$tarball" || return
    diff <({ in_git ls-files; printf '%s\n' SHA256SUMS xen-source/{SHA256SUMS."${of-4.20}","$tarball"}; } | LC_ALL=C sort) \
        <(cd "$unpacked" && find . ! -type d -printf '%P\n' | LC_ALL=C sort) || return
    while read -r file; do
        diff <(in_git show "HEAD:$file") "$unpacked/$file" || return
        [[ -x $checkout/$file && -x $unpacked/$file || ! -x $checkout/$file && ! -x $unpacked/$file ]] ||
            complain "Another mode: $file" || return
    done < <(in_git ls-files)
    grep -qx "# $version, released from commit $(in_git rev-parse HEAD)" "$unpacked/SHA256SUMS"
}

# rejected WHAT COMMAND…: the command fails, and says so.
rejected() {
    run "${@:2}"
    [[ $status != 0 ]] || complain "$2 finds nothing." || return
    says "$1"
}

@test "dist: it has the commit and the source of Xen" {
    dist
    says "Packing commit $(in_git rev-parse HEAD)"
    says "Wrote $release: version $version with the source of Xen 4.20"
    says "sha256 $(sha256sum <"$release" | cut -d' ' -f1)"
    says './build-xen.sh --offline'
    [[ $(ls -A "$releases") == "${release##*/}" ]]
    unpack
    is_whole
    # By default it goes where results go.
    build --dist
    ends_with 0
    cmp "$release" "$checkout/out/${release##*/}"
}

@test "dist: a release that is not whole is noticed" {
    local file
    dist
    for file in Cargo.toml xen-source/SHA256SUMS.4.20 xen-source/xen_4.20.0.orig.tar.xz; do
        unpack
        rm "$unpacked/$file"
        rejected "${file##*/}" is_whole
        unpack
        echo >>"$unpacked/$file"
        rejected "${file##*/}" is_whole
    done
    unpack
    touch "$unpacked/more"
    rejected more is_whole
    unpack
    chmod -x "$unpacked/build-xen.sh"
    rejected 'Another mode: build-xen.sh' is_whole
}

@test "dist: the same bytes, wherever, when and by whom it is packed" {
    local other as=() first=$release
    # $lab is nobody else's.
    other=$(readlink -f "$lab/public")/another.$$/checkout-with-a-longer-name
    dist
    sleep 1.1 # what has a date of its own, has another
    mkdir -p "$other"
    cp -a "$checkout/." "$other"
    find "$other" -exec touch -d '2020-01-01' {} +
    mkdir "$other/../releases"
    chmod 2700 "$other" "$other/../releases"
    # What git would convert, or leave out.
    printf '*.md export-ignore\nCargo.* text eol=crlf\n' >"$other/.git/info/attributes"
    git -C "$other" config tar.umask 0077
    if ((EUID == 0)); then
        chown -R 12345:12345 "$other/.."
        as=(setpriv --reuid=12345 --regid=12345 --clear-groups)
    fi
    run env "${env[@]}" SOURCE_DATE_EPOCH=1 TAR_OPTIONS=--owner=5 XZ_OPT=-0 XZ_DEFAULTS=-T2 HOME="$other/.." TMPDIR=/tmp \
        "${as[@]}" bash -c 'umask 077; exec "$1/build-xen.sh" --dist "$1/../releases"' as "$other" 3>&-
    ends_with 0
    cmp "$first" "$other/../releases/${first##*/}"
    rm -rf "${other%/*}"
    # Bytes can be others.
    mkdir "$BATS_TEST_TMPDIR/first"
    mv "$first" "$BATS_TEST_TMPDIR/first/"
    commit_date=2001-02-03T04:05:07Z in_git commit -q --amend --no-edit --date=2001-02-03T04:05:07Z
    dist
    rejected differ cmp "$first" "$BATS_TEST_TMPDIR/first/${first##*/}"
}

@test "dist: it builds without git and without a network, the same xen" {
    local tarball map=() name
    ((EUID == 0)) || map=(--map-root-user)
    unshare --net "${map[@]}" true 2>/dev/null || skip 'no network namespace to be had; run it as root'
    # Upstream's whole source, and this machine's real tools.
    tarball=$(echo "$lab"/checkout/.build/source/xen_4.20.*.orig.tar.xz)
    cp "$tarball" "$checkout/.build/source/"
    known_source 4.20 "$tarball"
    commit
    dist
    unpack
    is_whole
    name=$(in_git rev-parse HEAD)
    # Nothing has been built there.
    checkout=$unpacked
    [[ ! -e $checkout/.build && ! -e $checkout/.git ]]
    without git
    [[ -z $(type -P git) ]]
    snapshot >"$before"
    run env "${env[@]}" timeout -k 5 3000 unshare --net "${map[@]}" "$checkout/build-xen.sh" --offline 3>&-
    says 'Applying'
    is_good
    grep -qx "component: *$version, released from commit $name" "$checkout/out/$result/build-info.txt"
    (cd "$checkout" && sha256sum --quiet -c SHA256SUMS)
    # What is changed in it is said.
    echo >>"$checkout/Cargo.toml"
    build --offline
    is_good
    grep -qx "component: *$version, released from commit $name, with changes" "$checkout/out/$result/build-info.txt"
}

@test "dist: the source that came with it is damaged" {
    dist
    unpack
    checkout=$unpacked
    echo >>"$checkout/xen-source/xen_4.20.0.orig.tar.xz"
    build --offline
    block 4 'that came with this release is damaged' 'xen_4.20.0.orig.tar.xz' 'the file that it came with' 'Unpack the release anew'
    nothing_left
    build --offline --xen 4.17
    block 4 'No source of Xen 4.17 here' "$checkout/.build/source" 'a release that has it' 'without --offline'
    unpack
    quick_make
    build --offline
    is_good
}

@test "dist: of another Xen line" {
    local of=4.17
    cp "$lab/source/xen_4.20.0.orig.tar.xz" "$checkout/.build/source/xen_4.17.9.orig.tar.xz"
    known_source 4.17 "$checkout/.build/source/xen_4.17.9.orig.tar.xz"
    commit
    dist --xen 4.17
    says 'with the source of Xen 4.17'
    says './build-xen.sh --offline --xen 4.17'
    release=$releases/xen-rs-$version-xen-4.17.tar.xz
    unpack
    is_whole
    [[ $(ls "$unpacked/xen-source") == $'SHA256SUMS.4.17\nxen_4.17.9.orig.tar.xz' ]]
    for of in 4.19 3.99; do
        build --dist "$releases" --xen "$of"
        refused 2 'Cannot tell what to build' "--dist with --xen $of" '4.17 4.20' --help
    done
}

@test "dist: what is in no commit" {
    local was
    was=$(in_git rev-parse HEAD)
    # not_committed FILE: it is named.
    not_committed() {
        build --dist "$releases"
        refused 2 'There are changes that are in no commit' "$1" 'last commit' 'Commit them' || return
        empty "$releases"
    }
    echo '// More.' >>"$checkout/xen-rs/src/watch.rs"
    not_committed 'M xen-rs/src/watch.rs'
    in_git add -A
    not_committed 'M  xen-rs/src/watch.rs'
    in_git reset -q --hard
    rm "$checkout/xen-rs/src/watch.rs"
    not_committed 'D xen-rs/src/watch.rs'
    in_git reset -q --hard
    chmod +x "$checkout/Cargo.toml"
    not_committed 'M Cargo.toml'
    in_git reset -q --hard
    echo more >"$checkout/xen-rs/src/more.rs"
    not_committed '?? xen-rs/src/more.rs'
    rm "$checkout/xen-rs/src/more.rs"
    # What git is told to ignore is none.
    mkdir "$checkout/target"
    echo more >"$checkout/target/more"
    dist
    [[ $(in_git rev-parse HEAD) == "$was" ]]
    unpack
    is_whole
}

@test "dist: no checkout of git's" {
    without git
    build --dist "$releases"
    refused 3 'there is no git' 'none in PATH' git 'apt-get install git'
    ln -s "$(PATH=$lab/farm type -P git)" "$fakes/git"
    rm -rf "$checkout/.git"
    build --dist "$releases"
    refused 2 'this is no git checkout with one' 'no git repository' "a checkout in $checkout" 'Clone this'
    mkdir -p "$checkout/.build/tree"
    in_git init -q
    build --dist "$releases"
    refused 2 'this is no git checkout with one' "$checkout" "a checkout in $checkout" 'Clone this'
    # One around it is another.
    rm -rf "$checkout/.git"
    git init -q "$BATS_TEST_TMPDIR"
    build --dist "$releases"
    refused 2 'this is no git checkout with one' "$BATS_TEST_TMPDIR" "a checkout in $checkout" 'Clone this'
    empty "$releases"
}

@test "dist: a repository that is not whole" {
    local object
    object=$(in_git rev-parse HEAD:Cargo.toml)
    rm -f "$checkout/.git/objects/${object:0:2}/${object:2}"
    build --dist "$releases"
    refused 1 'git does not give the files' "${object:0:7}" 'a repository that is whole' 'Clone this anew'
    empty "$releases"
}

@test "dist: the source of Xen is missing, or not the one that is known" {
    local tarball=$checkout/.build/source/xen_4.20.0.orig.tar.xz
    mv "$tarball" "$BATS_TEST_TMPDIR/"
    build --dist "$releases" --offline
    refused 4 'Cannot get the source of Xen 4.20 that a release has' "no xen_4.20.0.orig.tar.xz in $checkout/.build/source, and no network" \
        'patches/xen-4.20/line names it' 'put the file there'
    build --dist "$releases"
    refused 4 'Cannot get the source of Xen 4.20 that a release has' "no xen_4.20.0.orig.tar.xz in $checkout/.build/source" \
        'patches/xen-4.20/line names it' 'Check the network'
    # A later one, which a build would take.
    cp "$BATS_TEST_TMPDIR/${tarball##*/}" "$checkout/.build/source/xen_4.20.1.orig.tar.xz"
    build --dist "$releases" --offline
    refused 4 'Cannot get the source' "no xen_4.20.0.orig.tar.xz" 'names it' 'put the file there'
    rm "$checkout/.build/source/xen_4.20.1.orig.tar.xz"
    echo >>"$BATS_TEST_TMPDIR/${tarball##*/}"
    mv "$BATS_TEST_TMPDIR/${tarball##*/}" "$tarball"
    build --dist "$releases" --offline
    refused 4 'is not the one that a release has' 'xen_4.20.0.orig.tar.xz' 'sha256' "rm '$tarball'"
    empty "$releases"
}

@test "dist: a folder that cannot be written, or has another of that name" {
    build --dist "$checkout/Cargo.toml/releases"
    refused 6 'Cannot write to' "$checkout/Cargo.toml" 'can be written' 'Name another with --dist DIR'
    mkdir "$release"
    build --dist "$releases"
    refused 6 "Cannot write the release to $releases" "$release" 'room for' '--dist DIR'
    rmdir "$release"
    empty "$releases"
    # An earlier one is replaced.
    echo earlier >"$release"
    dist
    unpack
    is_whole
}

@test "dist: on a full disk, and the earlier one stays" {
    mounted 'mount -t tmpfs -o size=3m none "$1"
        "$2/build-xen.sh" --dist "$1" >/dev/null
        (cd "$1" && sha256sum *) >"$3/sums"
        # All but what the folder is probed with.
        head -c 3M /dev/zero >"$1/full" 2>/dev/null || true
        truncate -s -128K "$1/full"
        status=0
        "$2/build-xen.sh" --dist "$1" || status=$?
        (cd "$1" && sha256sum --quiet -c "$3/sums")
        [[ $(ls -A "$1" | wc -l) == 2 ]] || exit 9
        exit "$status"' "$releases" "$checkout" "$BATS_TEST_TMPDIR"
    block 6 'Cannot write the release' 'No space left' 'room for' 'Make room'
}

@test "dist: interrupted, and the earlier one stays" {
    dist
    cp "$release" "$BATS_TEST_TMPDIR/first"
    slow xz
    for signal in INT TERM HUP; do
        interrupt "$signal" 'Packing commit' --dist "$releases"
        ends_with 130
        nothing_changed
        cmp "$BATS_TEST_TMPDIR/first" "$release"
        [[ $(ls -A "$releases") == "${release##*/}" ]]
    done
    rm "$fakes/xz"
    dist
    cmp "$BATS_TEST_TMPDIR/first" "$release"
}

@test "dist: with an option that says how to build" {
    for option in --debug '--arch arm32' '--git-ref master' --upstream --no-install; do
        # shellcheck disable=SC2086  # words
        build --dist "$releases" $option
        refused 2 'Cannot tell what to build' "both --dist and ${option%% *}" '--dist DIR' --help
    done
    build --dist "$releases" --series "$releases/series"
    refused 2 'Cannot tell what to build' 'both --series and --dist' '--series DIR' --help
    build --dist ''
    refused 2 'Cannot tell what to build' '--dist with an empty name' '--dist DIR' --help
    empty "$releases"
}

# The version of the crates, of the lock file, and the newest of the changelog.
one_version() {
    [[ $(sed -n 's/^## \([0-9.]*\) - [0-9]\{4\}-[0-9][0-9]-[0-9][0-9]$/\1/p' "$checkout/CHANGELOG.md" | head -n 1) == "$version" ]] ||
        complain "CHANGELOG.md begins with another than $version." || return
    [[ $(grep -A1 -x 'name = "xen-rs"' "$checkout/Cargo.lock" | tail -n 1) == "version = \"$version\"" ]] ||
        complain "Cargo.lock has another than $version."
}

@test "dist: one version everywhere" {
    one_version
    version=9.9.9
    rejected 'CHANGELOG.md begins with another' one_version
    sed -i "s/^## [0-9.]* - /## 9.9.9 - /" "$checkout/CHANGELOG.md"
    rejected 'Cargo.lock has another' one_version
}
