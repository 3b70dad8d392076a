# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# A release: one file with all that an offline build takes beside packages. Part of
# build-xen.sh, which sources it.
#
# The same commit gives the same bytes, wherever, when and by whom it is packed.
# Therefore git's attributes and configuration have no say, and the source of Xen is
# the one that patches/xen-LINE/line names, not what the distribution has by now.

check_dist_options() {
    local option
    for option in "${asked[@]}"; do
        [[ $option == --dist || $option == --xen || $option == --offline ]] ||
            bad_usage "both --dist and $option" '--dist DIR, and --xen LINE or --offline if need be'
    done
    line=${line:-$default_line}
    lines_with tarball | grep -xF -- "$line" >/dev/null ||
        bad_usage "--dist with --xen $line" \
            "a Xen line whose source Debian has: $(lines_with tarball | paste -sd' ')"
}

# Sets $commit, if all that is here is in it.
committed() {
    local top changes
    command -v git >/dev/null ||
        die "$EX_MISSING" 'A release is made of a commit, and there is no git.' 'none in PATH' 'git' \
            'apt-get install git'
    if ! top=$(git_read "$repo" rev-parse --show-toplevel 2>>"$log") || [[ $top != "$repo" ]] ||
        ! commit=$(git_read "$repo" rev-parse -q --verify HEAD 2>>"$log"); then
        die "$EX_USAGE" 'A release is made of a commit, and this is no git checkout with one.' \
            "${top:-no git repository}" "a checkout in $repo" 'Clone this with git, and run it there.'
    fi
    changes=$(git_read "$repo" status --porcelain 2>>"$log") ||
        die "$EX_USAGE" 'git cannot say what has changed in this checkout.' "$(log_tail 4)" \
            'git status that succeeds' 'Clone this anew.'
    [[ -z $changes ]] ||
        die "$EX_USAGE" 'There are changes that are in no commit.' "$(head -n 8 <<<"$changes")" \
            'a checkout as its last commit has it' 'Commit them, or take them away; git status has them all.'
}

# The files of the commit, in folder $1. A repository without a configuration reads
# them from this one.
unpack_commit() {
    local git=$scratch/objects.git
    git_read "$scratch" init -q --bare --template= "$git"
    (cd -- "$repo" && realpath -- "$(git_read . rev-parse --git-path objects)") >"$git/objects/info/alternates"
    git_read "$git" archive "$commit" | tar -C "$1" -xf -
}

# The source of Xen, in folder $1, if it is not here already from the distribution.
unpack_source() {
    local file private_apt=(env -C "$scratch" APT_CONFIG="$work/apt/apt.conf")
    file=$(line_says "$line" tarball)
    if [[ -e $work/source/$file ]]; then
        cp -- "$work/source/$file" "$scratch/"
    elif [[ -z $offline ]]; then
        step "Getting the source of Xen $line from the distribution"
        # shellcheck disable=SC2046  # one word for each suite
        ! configure_apt $(line_says "$line" suites | head -n 1) || download_known || true
    fi
    [[ -e $scratch/$file ]] ||
        die "$EX_SOURCE" "Cannot get the source of Xen $line that a release has." \
            "no $file in $work/source${offline:+, and no network is to be used}
$(log_tail 40 | grep '^[EW]: ' | tail -n 4)" "$file, as patches/xen-$line/line names it" \
            "Check the network; or put the file there, of Debian's snapshot archive
for example; or name the one that Debian has by now in that line."
    printf '%s  %s\n' "$(line_says "$line" sha256)" "$file" >"$scratch/sum"
    (cd "$scratch" && sha256sum --quiet -c sum) >>"$log" 2>&1 ||
        die "$EX_SOURCE" "The source of Xen $line is not the one that a release has." "$(log_tail 2)" \
            "the sha256 that patches/xen-$line/line names" "rm '$work/source/$file' and run again"
    mkdir "$1"
    mv -- "$scratch/sum" "$1/SHA256SUMS.$line"
    mv -- "$scratch/$file" "$1/"
}

cannot_pack() {
    die "$EX_WRITE" "Cannot write the release to $out." "$(log_tail 2; df -h "$work" "$out")" \
        'room for 60 MB in .build and 6 MB there' 'Make room, or name another folder with --dist DIR.'
}

make_dist() {
    local commit version release file
    name=dist out=$dist out_option=--dist
    enter_work
    export TMPDIR=$scratch
    committed
    step "Packing commit $commit"
    mkdir "$scratch/release"
    unpack_commit "$scratch/release" 2>>"$log" ||
        die "$EX_BUILD" 'git does not give the files of that commit.' "$(log_tail 4)" \
            'a repository that is whole' 'Clone this anew.'
    unpack_source "$scratch/release/xen-source"
    version=$(sed -n 's/^version = "\(.*\)"/\1/p' "$scratch/release/Cargo.toml")
    release=xen-rs-$version
    [[ $line == "$default_line" ]] || release+=-xen-$line
    file=$out/$release.tar.xz
    mv -- "$scratch/release" "$scratch/$release"
    (cd "$scratch/$release" && {
        echo "# $version, released from commit $commit"
        find . -type f -printf '%P\0' | sort -z | xargs -0 sha256sum --
    }) >"$scratch/SHA256SUMS" 2>>"$log" || cannot_pack
    mv -- "$scratch/SHA256SUMS" "$scratch/$release/"
    logged tar -C "$scratch" --format=ustar --sort=name --mtime="@$(git_read "$repo" log -1 --format=%ct)" \
        --owner=0 --group=0 --numeric-owner --mode=a-s,u=rwX,go=rX -cf "$scratch/tar" "$release" || cannot_pack
    # One thread: with several, xz makes several blocks.
    logged xz -6 -T1 "$scratch/tar" || cannot_pack
    cp -- "$scratch/tar.xz" "$out/.$name.new" 2>>"$log" || cannot_pack
    mv -T -- "$out/.$name.new" "$file" 2>>"$log" || cannot_pack

    step "Wrote $file: version $version with the source of Xen $line"
    cat <<END2

  sha256 $(sha256sum <"$file" | cut -d' ' -f1)

  Unpacked where the packages are that a build needs, without git or a network:

    ./build-xen.sh --offline$([[ $line == "$default_line" ]] || echo " --xen $line")
END2
}
