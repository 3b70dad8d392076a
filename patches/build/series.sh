# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# The patches as one would mail them to upstream. Part of build-xen.sh, which
# sources it.
#
# Everything is made of this repository. The parts of a mail that say who sent it
# and when are the same each time, so that the same repository gives the same
# files.

series_from='xen-rs <xen-rs@xen-rs.invalid>'
series_date='Wed, 25 Nov 2026 10:00:00 +0000'

# What documents the component, beside what Xen's build takes of it.
component_docs() {
    (cd -- "$repo" && compgen -G 'xen-rs/*.md' && compgen -G 'ffi/*.md')
}

# The files that the tree gets below xen/rust, one on a line.
component_files() {
    { (cd -- "$repo" && find "${component[@]}" -type f) && component_docs; } | LC_ALL=C sort
}

# other_patches GREP-OPTION: those for the rest of the tree that are for upstream's
# CI (-l), or those that are not (-L).
other_patches() {
    find "$repo/patches/series" -name '*.patch' -exec grep "$1" '^+++ b/automation/' {} + | LC_ALL=C sort
}

# series_sources: what the series is made of, in its order. Nothing builds the
# component before it is there; the option comes when all of it is; then what is that
# line's own, and CI, which asks for the option.
series_sources() {
    local hooks=("$repo"/patches/component/*.patch)
    printf '%s\n' "$repo"/patches/fixes/*.patch "$repo/patches/series/component.txt" "${hooks[@]:0:${#hooks[@]}-1}"
    other_patches -L || true
    printf '%s\n' "${hooks[-1]}"
    find "$repo/patches/xen-$(lines_with checked | tail -n 1)" -name '*.patch' | LC_ALL=C sort
    other_patches -l || true
}

# subject_of FILE: the subject of a patch, or of a text that begins with it.
subject_of() {
    if [[ $1 == *.txt ]]; then
        sed -n 2p "$1"
    else
        awk '/^Subject: / { sub(/^Subject: (\[[^]]*\] *)?/, ""); subject = $0; on = 1; next }
            on && /^ / { subject = subject $0; next }
            on { print subject; exit }' "$1"
    fi
}

# name_of SUBJECT: as git format-patch names the file of a patch.
name_of() {
    printf '%s' "$1" | sed 's/[^A-Za-z0-9._]\+/-/g; s/\.\.\+/./g; s/^-//' | cut -c1-52 | sed 's/[-.]*$//'
}

# mail_header N SUBJECT
mail_header() {
    printf '%s\n' 'From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001' \
        "From: $series_from" "Date: $series_date"
    printf 'Subject: [PATCH %0*d/%d] %s\n\n' "${#number}" "$1" "$number" "$2"
}

# As git names the content of file $1.
blob_of() {
    { printf 'blob %d\0' "$(stat -c %s "$1")"; cat -- "$1"; } | sha1sum | cut -c1-12
}

mode_of() {
    if [[ -x $1 ]]; then echo 100755; else echo 100644; fi
}

# added FROM TO FILE…: what adds these files of the folder FROM to the tree, below TO.
added() {
    local from=$1 to=$2 file
    for file in "${@:3}"; do
        printf '%s\n' "diff --git a/$to/$file b/$to/$file" "new file mode $(mode_of "$from/$file")" \
            "index 000000000000..$(blob_of "$from/$file")" '--- /dev/null' "+++ b/$to/$file" \
            "@@ -0,0 +1,$(wc -l <"$from/$file") @@"
        sed 's/^/+/' "$from/$file"
    done
}

# with_stat: the differences in stdin, below what git says of how many there are.
with_stat() {
    awk '
        /^diff --git / { file = $4; sub(/^b\//, "", file); files[++n] = file; hunk = 0 }
        n { lines[++all] = $0 }
        /^new file mode / && !hunk { mode[n] = $4 }
        length(file) > width { width = length(file) }
        /^@@ / { hunk = 1; next }
        hunk && /^\+/ { plus[n]++; pluses++ }
        hunk && /^-/ { minus[n]++; minuses++ }
        END {
            print "---"
            for (i = 1; i <= n; i++)
                printf " %-" width "s | %4d %s\n", files[i], plus[i] + minus[i], (plus[i] ? "+" : "") (minus[i] ? "-" : "")
            printf " %d files changed, %d insertions(+)%s\n", n, pluses, minuses ? ", " minuses " deletions(-)" : ""
            for (i = 1; i <= n; i++)
                if (mode[i]) print " create mode " mode[i] " " files[i]
            print ""
            for (i = 1; i <= all; i++) print lines[i]
        }'
}

# The component as a patch of new files, below its text.
component_patch() {
    local files
    mapfile -t files < <(component_files)
    added "$repo" xen/rust "${files[@]}" | with_stat
}

# The requirements as new files in what upstream has of them, beside the lines of its
# index in patch $1.
requirements_patch() {
    local from=$repo/xen-rs/requirements files
    mapfile -t files < <(cd -- "$from" && find . -type f -printf '%P\n' | LC_ALL=C sort)
    sed '1,/^$/d; /^---$/,$d' "$1"
    { sed '1,/^---$/d' "$1"; added "$from" docs/fusa/reqs "${files[@]}"; } | with_stat
}

cover_letter() {
    local file
    mail_header 0 "$(subject_of "$repo/patches/series/cover-letter.txt")"
    sed 1,3d "$repo/patches/series/cover-letter.txt"
    printf '\n%s (%d):\n' "${series_from%% *}" "${#sources[@]}"
    for file in "${sources[@]}"; do
        printf '  %s\n' "$(subject_of "$file")"
    done
    printf '\nbase-commit: %s\n\n' "$base"
    sed 1d "$repo/patches/series/before-posting.txt"
}

# What is asked for is a series and nothing else.
check_series_options() {
    local option
    [[ -n $series ]] || bad_usage '--base without --series' '--series DIR as well'
    for option in "${asked[@]}"; do
        [[ $option == --series || $option == --base ]] ||
            bad_usage "both --series and $option" '--series DIR, and --base REF if need be'
    done
    base=${base:-$(line_says "$(lines_with checked | tail -n 1)" checked)}
    [[ $base =~ ^[A-Za-z0-9][A-Za-z0-9._/+~^-]*$ ]] || bad_usage "--base $base" 'a branch, a tag or a commit'
}

# May the folder $1 be replaced? It may if there is nothing in it but what an
# earlier run has left there: a patch with an author has been worked on.
check_series_dir() {
    local other
    [[ -e $1 ]] || return 0
    [[ -d $1 ]] ||
        die "$EX_WRITE" "Cannot write the series to $1." 'a file' 'a folder, or a name that is free' \
            'Name another with --series DIR.'
    other=$(cd -- "$1" && find . -mindepth 1 \( ! -type f -o ! -name '[0-9][0-9][0-9][0-9]-*.patch' \) -print -quit)
    [[ -n $other ]] || other=$(cd -- "$1" && find . -type f -exec awk -v from="From: $series_from" \
        'FNR == 2 && $0 != from { print FILENAME; exit }' {} +)
    [[ -z $other ]] ||
        die "$EX_WRITE" "There is something else in $1." "${other#./}" \
            'an empty folder, or a series that was written earlier' 'Name another with --series DIR.'
}

cannot_replace() {
    [[ ! -d $scratch/old || -e $1 ]] || mv -T -- "$scratch/old" "$1"
    die "$EX_WRITE" "Cannot write $1." "$(<"$scratch/why")" 'a folder that can be replaced' \
        'Name another with --series DIR.'
}

# write_mails DIR: those of $sources, and the cover letter.
write_mails() {
    local file subject n=0
    for file in "${sources[@]}"; do
        n=$((n + 1))
        subject=$(subject_of "$file")
        {
            mail_header "$n" "$subject"
            if [[ $file == *.txt ]]; then
                sed 1,3d "$file"
                component_patch
            elif grep -qx '+++ b/docs/fusa/reqs/index.rst' "$file"; then
                requirements_patch "$file"
            else
                sed '1,/^$/d' "$file"
            fi
        } >"$1/$(printf '%04d' "$n")-$(name_of "$subject").patch"
    done
    cover_letter >"$1/0000-cover-letter.patch"
}

# write_series DIR: all of it, or nothing.
write_series() {
    local dir parent why='' sources number
    dir=$(readlink -m -- "$1")
    parent=$(dirname -- "$dir")
    check_series_dir "$dir"
    step "Writing the patches for upstream"
    # Where a full disk would be.
    out=$parent work=$parent
    if ! why=$(mkdir -p -- "$parent" 2>&1) || ! why=$(mktemp -d "$parent/.series.XXXXXX" 2>&1); then
        die "$EX_WRITE" "Cannot write to $parent." "$why" 'a folder that can be written' \
            'Name another with --series DIR.'
    fi
    scratch=$why
    trap leave EXIT
    trap interrupted INT TERM HUP
    mkdir "$scratch/new"
    mapfile -t sources < <(series_sources)
    number=${#sources[@]}

    # In a process group of its own, so that it can be ended at any time.
    set -m
    (write_mails "$scratch/new") 2>"$scratch/why" &
    set +m
    wait "$!" || {
        why=$(sed 's/.*\.sh: line [0-9]*: //' "$scratch/why")
        ! no_room || why=$(df -h "$parent")
        die "$EX_WRITE" "Cannot write the series to $parent." "$why" 'a disk with room for it' \
            'Make room, or name another folder with --series DIR.'
    }

    # Both or neither.
    trap '' INT TERM HUP
    [[ ! -e $dir ]] || mv -T -- "$dir" "$scratch/old" 2>"$scratch/why" || cannot_replace "$dir"
    mv -T -- "$scratch/new" "$dir" 2>"$scratch/why" || cannot_replace "$dir"
    trap interrupted INT TERM HUP

    step "Wrote $dir: a cover letter and $number patches for $base"
    cat <<END

  On a branch of it:

    git am --empty=drop $(printf %q "$dir")/*.patch

  What to do before any of it is posted is at the end of 0000-cover-letter.patch.
END
}
