#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# --series: the patches as one would mail them.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

setup() {
    common_setup
    cold
    mails=$BATS_TEST_TMPDIR/mails
    mkdir "$mails"
    series=$mails/series
    # Those are against master, and what is tried here is 4.20.
    mkdir "$BATS_TEST_TMPDIR/others"
    mv "$checkout"/patches/{series,xen-4.23}/*.patch "$BATS_TEST_TMPDIR/others/" 2>/dev/null || true
}

# series [OPTION…]: writes $series, and leaves nothing else.
series() {
    build --series "$series" "$@"
    ends_with 0 || return
    nothing_changed || return
    [[ $(ls -A "$mails") == series ]] || complain "It left: $(ls -A "$mails")"
}

in_git() {
    env HOME="$lab/home" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@invalid \
        GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@invalid git -C "$tree" "$@"
}

# upstream: its tree in $tree, as a git repository.
upstream() {
    tree=$lab/series-upstream
    if [[ ! -e $tree/.git ]]; then
        cp -a "$lab/pristine" "$tree"
        in_git init -q
        in_git add --all --force
        in_git commit -q -m upstream
        in_git tag upstream
    fi
    in_git am --abort 2>/dev/null || true
    in_git reset -q --hard upstream
    in_git clean -q -ffdx
}

# $series is one that git takes, and makes of upstream's tree what build-xen.sh
# would make of it, with this checkout's component.
applies() {
    local file patch text
    upstream
    in_git am -q --empty=drop "$series"/*.patch || return
    [[ ! $(in_git diff --check upstream) ]] || return
    (cd "$checkout" && find xen-rs/src ffi/src ffi/include cbits xen-rs/*.md ffi/*.md -type f) | sort >"$BATS_TEST_TMPDIR/files"
    diff "$BATS_TEST_TMPDIR/files" <(cd "$tree/xen/rust" && find . -type f -printf '%P\n' | sort) || return
    while read -r file; do
        cmp "$checkout/$file" "$tree/xen/rust/$file" || return
        [[ $(stat -c %a "$checkout/$file") == "$(stat -c %a "$tree/xen/rust/$file")" ]] || return
    done <"$BATS_TEST_TMPDIR/files"
    # What patch(1) makes of the same patches, as apply_patches() calls it.
    text=$BATS_TEST_TMPDIR/patched
    rm -rf "$text"
    cp -a "$lab/small" "$text"
    for patch in "$checkout"/patches/{fixes,component}/*.patch; do
        patch -d "$text" -p1 -f -F0 -s --no-backup-if-mismatch <"$patch" || return
    done
    while read -r file; do
        cmp "$text/$file" "$tree/$file" || return
    done < <(sed -n 's,^+++ b/,,p' "$checkout"/patches/{fixes,component}/*.patch | sort -u)
}

# What people mind in the mails of $series.
reads_well() {
    local n=0 file files bad=0
    files=("$series"/0*.patch)
    for file in "${files[@]}"; do
        awk -v first="[PATCH $(printf '%0*d' $((${#files[@]} > 10 ? 2 : 1)) "$n")/$((${#files[@]} - 1))] " '
            function wrong(what) { print FILENAME ": " what ": " $0; bad = 1 }
            FNR == 1 && !/^From 0000000000000000000000000000000000000000 / { wrong("no mail") }
            !body && /^Subject: / {
                sub(/^Subject: /, "")
                if (index($0, first) != 1) wrong("not numbered " first)
                if (length($0) > 80 + length(first)) wrong("long subject")
            }
            !body && /^(In-Reply-To|References|Message-Id):/ { wrong("a header of a reply") }
            !body && /^$/ { body = 1; next }
            body == 1 && /^---$/ { body = 2 }
            # A tag is on one line, however long that is.
            body == 1 && /^Fixes: / {
                if ($0 !~ /^Fixes: [0-9a-f]+ \(".+"\)$/ || length($2) != 12) wrong("no commit and its subject")
                next
            }
            body == 1 && length($0) > 75 { wrong("long line") }
            body == 1 && /^([A-Z][A-Za-z-]*-[Bb]y|Cc|CC|Change-Id|Message-Id): / { wrong("a trailer") }
            # A new file has its licence in the first lines.
            body == 2 && /^diff / { if (added) wrong("no licence before"); added = 0 }
            body == 2 && /^new file mode / { added = 1; at = 0 }
            added && /^@@/ { at = FNR }
            added && at && FNR <= at + 8 && /SPDX-License-Identifier/ { added = 0 }
            END { if (added) wrong("no licence at the end"); exit bad }' "$file" || bad=1
        n=$((n + 1))
    done
    return "$bad"
}

# rejected CHECK WHAT: the check finds fault, and says so.
rejected() {
    run "$1"
    [[ $status != 0 ]] || complain "$1 finds nothing." || return
    says "$2"
}

@test "series: git takes it, and has the component of this checkout" {
    series
    says 'Writing the patches'
    says "git am --empty=drop $series/*.patch"
    applies
    reads_well
    # Each of the fixes says what it mends.
    [[ $(grep -l '^Fixes: ' "$series"/* | sed 's,.*/[0-9]*-,,') == \
        "$(find "$checkout/patches/fixes" -type f | LC_ALL=C sort | sed 's,.*/[0-9]*-,,')" ]]
    # The option is offered last, and nothing builds what is not there yet.
    grep -q 'source "rust/cbits/Kconfig"' "$series"/*-offer-*.patch
    [[ $(find "$series" -type f | sort | tail -n 1) == *-offer-* ]]
    [[ $(grep -l '^+++ b/xen/rust/cbits/Makefile' "$series"/*) < $(grep -l '^+++ b/xen/Makefile' "$series"/*) ]]
}

@test "series: a component that is another one is noticed" {
    series
    echo '// More.' >>"$checkout/xen-rs/src/watch.rs"
    rejected applies watch.rs
    series
    applies
    rm "$checkout/xen-rs/src/watch.rs"
    rejected applies watch.rs
}

@test "series: a patch that git does not take is noticed" {
    series
    sed -i 's/^ #include <xen\/lib.h>$/ #include <xen\/libs.h>/' "$series"/*-xen-name-what-*.patch
    rejected applies 'Patch failed at'
}

@test "series: what is wrong in a mail is noticed" {
    local patch=$checkout/patches/component/0005-xen-arm-a-freed-leaf-reads-one-word.patch good=$BATS_TEST_TMPDIR/good
    cp "$patch" "$good"
    # wrong EXPRESSION WHAT
    wrong() {
        sed "$1" "$good" >"$patch"
        series || return
        rejected reads_well "$2"
    }
    wrong 's/^---$/Signed-off-by: Somebody <s@invalid>\n---/' 'a trailer'
    wrong 's/^---$/Cc: Somebody <s@invalid>\n---/' 'a trailer'
    wrong 's/^Subject: .*/&, as it was often before this patch, and will never be any more/' 'long subject'
    wrong 's/^---$/Fixes: 588d961 ("IOREQ: refine")\n---/' 'no commit and its subject'
    wrong 's/^What the vCPU/And so as to have a line that is longer than what fits, &/' 'long line'
    wrong 's/^---$/&\n/; $a diff --git a/xen/new.c b/xen/new.c\nnew file mode 100644\n--- /dev/null\n+++ b/xen/new.c\n@@ -0,0 +1,4 @@\n+1\n+2\n+3\n+4' 'no licence'
    cp "$good" "$patch"
    sed -i '/SPDX/d' "$checkout/cbits/sched.c"
    series
    rejected reads_well 'no licence'
    sed -i 's/^Subject: .*/Subject: [PATCH] no number/' "$series"/0003-*
    rejected reads_well 'not numbered'
}

# another NAME FILE SUBJECT…: a patch for the rest of the tree.
another() {
    printf '%s\n' 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001' \
        'From: xen-rs <xen-rs@xen-rs.invalid>' 'Date: Wed, 25 Nov 2026 10:00:00 +0000' \
        "Subject: [PATCH] $3" "${@:4}" '' 'Text.' '---' \
        "diff --git a/$2 b/$2" 'new file mode 100644' '--- /dev/null' "+++ b/$2" \
        '@@ -0,0 +1 @@' '+SPDX-License-Identifier: GPL-2.0-only' >"$checkout/patches/series/$1.patch"
}

@test "series: what is for the rest of the tree comes before the option, CI after it" {
    another 10-ci automation/new 'automation: one'
    another 20-docs docs/new 'docs: one, with a subject that is long enough to be' ' folded'
    series
    applies
    reads_well
    [[ $(find "$series" -type f | sort | tail -n 3 | sed 's,.*/[0-9]*-,,' | paste -sd' ') == \
        'docs-one-with-a-subject'*'.patch xen-arm-offer-'*'.patch automation-one.patch' ]]
    grep -qx '  docs: one, with a subject that is long enough to be folded' "$series/0000-cover-letter.patch"
    [[ -e $tree/docs/new && -e $tree/automation/new ]]
}

# The requirements come as they are in this checkout, and upstream's index has each.
requirements() {
    local mail from=$checkout/xen-rs/requirements file
    mail=$(grep -l '^+++ b/docs/fusa/reqs/index.rst' "$series"/*) || return
    rm -rf "$BATS_TEST_TMPDIR/reqs"
    mkdir "$BATS_TEST_TMPDIR/reqs"
    git -C "$BATS_TEST_TMPDIR/reqs" apply -p4 --exclude=index.rst "$mail" || return
    diff -r "$from" "$BATS_TEST_TMPDIR/reqs" || return
    while read -r file; do
        grep -qx "+   ${file%.rst}" "$mail" || complain "No index has $file." || return
    done < <(find "$from" -type f -printf '%P\n')
}

@test "series: the requirements come with the lines of their index" {
    cp "$BATS_TEST_TMPDIR"/others/25-docs-fusa-* "$checkout/patches/series/"
    series
    requirements
    reads_well
    grep -Eq '^ docs/fusa/reqs/index\.rst +\| +3 \+$' "$series"/*-docs-fusa-*
    mkdir "$checkout/xen-rs/requirements/other-reqs"
    printf '.. SPDX-License-Identifier: CC-BY-4.0\n' >"$checkout/xen-rs/requirements/other-reqs/more.rst"
    series
    rejected requirements 'No index has other-reqs/more.rst'
}

@test "series: all of what this checkout has for upstream reads well" {
    cp "$BATS_TEST_TMPDIR"/others/* "$checkout/patches/series/" 2>/dev/null || true
    series
    reads_well
}

@test "series: the cover letter has the patches, the base and what is left to do" {
    local file subject
    series
    for file in "$series"/0*[1-9]-*.patch; do
        subject=$(sed -n 's/^Subject: \[[^]]*\] //p' "$file")
        grep -qFx -- "  $subject" "$series/0000-cover-letter.patch"
    done
    grep -qx "base-commit: $(sed -n 's/^checked=//p' "$checkout"/patches/xen-4.23/line)" "$series/0000-cover-letter.patch"
    grep -q 'security@xenproject.org' "$series/0000-cover-letter.patch"
    grep -q 'git am -s' "$series/0000-cover-letter.patch"
    grep -q 'add_maintainers' "$series/0000-cover-letter.patch"
    series --base staging-4.20
    grep -qx 'base-commit: staging-4.20' "$series/0000-cover-letter.patch"
}

@test "series: the same checkout gives the same files" {
    series
    cp -a "$series" "$BATS_TEST_TMPDIR/first"
    series
    diff -r "$BATS_TEST_TMPDIR/first" "$series"
}

@test "series: an earlier one is replaced, whole" {
    series
    cp "$series"/0003-*.patch "$series/0099-left-over.patch"
    series
    [[ ! -e $series/0099-left-over.patch ]]
    # An empty folder is none.
    rm "$series"/*
    series
    reads_well
}

@test "series: what somebody else wrote is not replaced" {
    series
    echo mine >"$series/notes"
    build --series "$series"
    refused 6 "There is something else in $series" notes 'an empty folder' --series
    rm "$series/notes"
    mkdir "$series/0099-a.patch"
    build --series "$series"
    refused 6 "There is something else in $series" 0099-a.patch 'an empty folder' --series
    rmdir "$series/0099-a.patch"
    # A patch on which somebody has worked.
    sed -i '2s/.*/From: Somebody <s@invalid>/' "$series"/0004-*.patch
    cp -a "$series" "$BATS_TEST_TMPDIR/first"
    build --series "$series"
    refused 6 "There is something else in $series" 0004-ioreq 'an empty folder' --series
    diff -r "$BATS_TEST_TMPDIR/first" "$series"
    build --series "$series/0004-nothing/../$(basename "$series"/0005-*)"
    refused 6 'Cannot write the series to' 'a file' 'a folder' --series
    build --series "$checkout/Cargo.toml/series"
    refused 6 "Cannot write to $checkout/Cargo.toml" 'File exists' 'can be written' --series
}

@test "series: on a full disk, and the earlier one stays" {
    mounted 'mount -t tmpfs -o size=400k none "$1"
        "$2/build-xen.sh" --series "$1/series" >/dev/null
        (cd "$1/series" && sha256sum *) >"$3/sums"
        head -c 400k /dev/zero >"$1/full" 2>/dev/null || true
        status=0
        "$2/build-xen.sh" --series "$1/series" || status=$?
        (cd "$1/series" && sha256sum --quiet -c "$3/sums")
        [[ $(ls -A "$1" | paste -sd" ") == "full series" ]] || exit 9
        exit "$status"' "$mails" "$checkout" "$BATS_TEST_TMPDIR"
    block 6 'Cannot write the series' '100%' 'a disk with room' 'Make room'
}

@test "series: interrupted, and the earlier one stays" {
    series
    cp -a "$series" "$BATS_TEST_TMPDIR/first"
    for signal in INT TERM HUP; do
        slow sha1sum
        interrupt "$signal" 'Writing the patches' --series "$series"
        ends_with 130
        nothing_changed
        diff -r "$BATS_TEST_TMPDIR/first" "$series"
        [[ $(ls -A "$mails") == series ]]
    done
    rm "$fakes/sha1sum"
    series
    diff -r "$BATS_TEST_TMPDIR/first" "$series"
}

@test "series: with an option that says how to build" {
    for option in '--xen 4.17' --debug --offline '--git-ref master'; do
        # shellcheck disable=SC2086  # words
        build --series "$series" $option
        refused 2 'Cannot tell what to build' "both --series and ${option%% *}" '--series DIR' --help
    done
    build --base master
    refused 2 'Cannot tell what to build' '--base without --series' '--series DIR' --help
    build --series "$series" --base 'a b'
    refused 2 'Cannot tell what to build' '--base a b' 'a branch, a tag or a commit' --help
    build --series
    refused 2 'Cannot tell what to build' '--series without a value' '--series VALUE' --help
    empty "$mails"
}
