# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034  # build-xen.sh sets and reads them
#
# Where upstream's Xen comes from: a folder, upstream's git, or the
# distribution's source package. Part of build-xen.sh, which sources it.
#
# Each source_from_…() puts the tree into $scratch/xen and sets source_id, which
# changes whenever the source does, and source_note for people.

source_id='' source_note='' source_date=''

is_xen() {
    [[ -e $1/xen/arch/arm/traps.c && -e $1/xen/Makefile && -e $1/Config.mk ]]
}

version_of() {
    sed -n 's/^export XEN_VERSION *= *//p; s/^export XEN_SUBVERSION *= *//p' "$1/xen/Makefile" |
        paste -sd.
}

check_source() {
    is_xen "$1" ||
        die "$EX_SOURCE" "$2 is not Xen." "not each of xen/arch/arm/traps.c, xen/Makefile and Config.mk in it" \
            "the top folder of Xen's source" 'Name another with --xen-src.'
    [[ ! -e $1/xen/rust ]] ||
        die "$EX_SOURCE" "$2 has been spliced already." "$2/xen/rust" \
            "upstream's source" "Name a tree without it; to build that one: make -C '$1/xen'"
    [[ $(version_of "$1") == "$line" ]] ||
        die "$EX_SOURCE" "$2 is another Xen line." "Xen $(version_of "$1")" "Xen $line" \
            "$(for_line "$(version_of "$1")")"
}

# Which line is asked for by a source, if --xen does not say: that of the tree, or
# of the branch or tag.
line_of_source() {
    if [[ -n $xen_src ]]; then
        ! is_xen "$xen_src" || version_of "$xen_src"
    elif [[ $git_ref =~ ^(stable|staging|RELEASE)-([0-9]+\.[0-9]+) ]]; then
        echo "${BASH_REMATCH[2]}"
    elif [[ $git_ref == master || $git_ref == staging ]]; then
        grep -lx ref=master "$repo"/patches/xen-*/line | sed 's,.*/xen-\(.*\)/line$,\1,'
    fi
}

# What to do to build Xen $1.
for_line() {
    if has_patches "$1"; then
        echo "./build-xen.sh without --xen, or with --xen $1, and the same source"
    else
        printf '%s\n' "Name one of the lines that have patches: $(list_lines)" \
            "or add patches/xen-$1 (patches/README.md says how)."
    fi
}

cannot_copy() {
    die "$EX_SOURCE" "Cannot copy $xen_src." "$(log_tail 4)" 'a tree that can be read' \
        'Make it readable, or name another with --xen-src.'
}

source_from_dir() {
    step "Copying $xen_src, Xen $line"
    [[ -d $xen_src ]] ||
        die "$EX_SOURCE" "$xen_src is no folder." \
            "$([[ -e $xen_src ]] && echo 'a file' || echo 'nothing of that name')" \
            "the top folder of Xen's source" 'Name another with --xen-src.'
    xen_src=$(cd -- "$xen_src" && pwd -P)
    check_source "$xen_src" "$xen_src"
    [[ ! -e $xen_src/xen/.config ]] || own_config=$xen_src/xen/.config
    mkdir "$scratch/xen"
    if git_read "$xen_src" rev-parse --verify -q HEAD >/dev/null 2>&1 &&
        [[ $(git_read "$xen_src" rev-parse --show-toplevel) == "$xen_src" ]]; then
        # What was built there stays there.
        git_read "$xen_src" ls-files -z --cached --others --exclude-standard |
            tar -C "$xen_src" --null -T - --ignore-failed-read -cf - 2>>"$log" |
            tar -C "$scratch/xen" -xf - 2>>"$log" || cannot_copy
        source_note="$xen_src, commit $(git_describe "$xen_src")"
        source_date=$(git_read "$xen_src" log -1 --format=%ct)
    else
        { tar -C "$xen_src" -cf - . | tar -C "$scratch/xen" -xf -; } 2>>"$log" || cannot_copy
        with_environment make -C "$scratch/xen/xen" XEN_TARGET_ARCH="$arch" distclean ||
            die "$EX_SOURCE" "Cannot clean the copy of $xen_src." "$(log_tail)" \
                'a tree that make distclean can clean' 'Name a clean tree.'
        source_note=$xen_src
    fi
    source_id=$(tar -C "$scratch/xen" --sort=name --mtime=@0 --owner=0 --group=0 -cf - . |
        sha256sum | cut -d' ' -f1)
}

source_from_git() {
    local url=${XEN_GIT_URL:-https://xenbits.xen.org/git-http/xen.git} git=$work/source/xen.git commit
    if ! git_read "$git" rev-parse --git-dir >/dev/null 2>&1; then
        rm -rf -- "$git"
        git init -q --bare "$git"
    fi
    if [[ -z $offline ]]; then
        # No other run is at work here: these are of one that was killed.
        find "$git" -name '*.lock' -delete
        step "Fetching $git_ref from $url"
        git_fetch "$git" --depth 1 "$url" "+$git_ref:refs/build/$git_ref" ||
            git_fetch "$git" "$url" '+refs/heads/*:refs/heads/*' '+refs/tags/*:refs/tags/*' ||
            die "$EX_SOURCE" "Cannot fetch from $url." "$(log_tail 4)" "$git_ref of upstream's Xen" \
                "Check the network and the ref, or set XEN_GIT_URL, or use --xen-src."
    fi
    commit=$(git_read "$git" rev-parse -q --verify "refs/build/$git_ref^{commit}" ||
        git_read "$git" rev-parse -q --verify "$git_ref^{commit}") ||
        die "$EX_SOURCE" "No $git_ref in $url${offline:+, as it was fetched earlier}." \
            "no such branch, tag or commit" "a branch, tag or commit of Xen" \
            "Name another with --git-ref${offline:+, or run once without --offline}."
    mkdir "$scratch/xen"
    { git_read "$git" archive "$commit" | tar -C "$scratch/xen" -xf -; } 2>>"$log" ||
        die "$EX_SOURCE" "Cannot unpack $git_ref." "$(log_tail 4)" "the tree of commit $commit" \
            "rm -r '$git' and run again"
    source_id=$commit
    source_note="$url $git_ref, commit $commit"
    check_source "$scratch/xen" "$git_ref"
}

# A private apt that knows only the source packages of the given suites. An index
# may be old: what it lists is still what its signature says.
configure_apt() {
    local suite site keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=''
    rm -rf "$work/apt"
    mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
    [[ ! -e $keyring ]] || options="[signed-by=$keyring] "
    for suite in "$@"; do
        while read -r site; do
            case $suite:$site in
                *-security:*-security | *-security:*/security.*) ;;
                *-security:* | *:*-security | *:*/security.*) continue ;;
            esac
            echo "deb-src $options$site $suite main"
        done < <(sites)
    done >"$work/apt/sources.list"
    [[ -s $work/apt/sources.list ]] || return 1
    cat >"$work/apt/apt.conf" <<END
Dir::State::Lists "$work/apt/lists";
Dir::Cache "$work/apt/cache";
Dir::Etc::SourceList "$work/apt/sources.list";
Dir::Etc::SourceParts "/dev/null";
APT::Sandbox::User "";
Acquire::Check-Valid-Until "false";
END
}

tarball_of_line() {
    find "$work/source" -maxdepth 1 -name "xen_$line.*.orig.tar.xz" | sort -V | tail -n 1
}

# A mirror may still hold it when its index has moved on to one that it does not
# hold yet.
download_known() {
    local file sum site
    file=$(line_says "$line" tarball) sum=$(line_says "$line" sha256)
    [[ -n $file && -n $sum ]] || return 1
    while read -r site; do
        logged "${private_apt[@]}" /usr/lib/apt/apt-helper download-file \
            "${site%/}/pool/main/x/xen/$file" "$file" "SHA256:$sum" && return
    done < <(sites)
    rm -f -- "$scratch/$file"
    return 1
}

download_tarball() {
    local suites version private_apt=(env -C "$scratch" APT_CONFIG="$work/apt/apt.conf")
    step "Getting the source of Xen $line from the distribution"
    while read -r suites; do
        # shellcheck disable=SC2086  # one word for each suite
        configure_apt $suites || break
        logged "${private_apt[@]}" apt-get update || continue
        # A mirror may list what it no longer, or not yet, holds.
        while read -r version; do
            logged "${private_apt[@]}" apt-get source --download-only --tar-only \
                "xen=$version" && return
        done < <("${private_apt[@]}" apt-cache showsrc xen 2>>"$log" |
            sed -n "s/^Version: \($line\..*\)/\1/p" | sort -rVu)
    done < <(line_says "$line" suites)
    download_known && return
    die "$EX_SOURCE" "Cannot get the source of Xen $line from the distribution." \
        "$(log_tail 40 | grep '^[EW]: ' | tail -n 4 | grep . || echo 'apt names no place to get it from')" \
        "a source package xen $line of Debian: $(line_says "$line" suites | paste -sd' ')" \
        "$(printf '%s\n' 'Check the network, or give the source:' \
            "./build-xen.sh --git-ref $(line_says "$line" ref)" './build-xen.sh --xen-src DIR')"
}

# What --dist has put into a release.
copy_released() {
    (cd -- "$repo/xen-source" && sha256sum --quiet -c "SHA256SUMS.$line" &&
        cp -- "xen_$line."*.orig.tar.xz "$scratch/") >>"$log" 2>&1 ||
        die "$EX_SOURCE" "The source of Xen $line that came with this release is damaged." \
            "$(log_tail 2)" 'the file that it came with' 'Unpack the release anew.'
}

source_from_distribution() {
    local tarball
    [[ -n $(line_says "$line" suites) ]] ||
        die "$EX_SOURCE" "Debian has no source package of Xen $line." 'neither --xen-src nor --git-ref' \
            "a source of Xen $line" "./build-xen.sh --git-ref $(line_says "$line" ref)
or ./build-xen.sh --xen-src DIR"
    tarball=$(tarball_of_line)
    if [[ -z $tarball ]]; then
        if [[ -e $repo/xen-source/SHA256SUMS.$line ]]; then
            copy_released
        else
            [[ -z $offline ]] ||
                die "$EX_SOURCE" "No source of Xen $line here, and no network is to be used." \
                    "no xen_$line.*.orig.tar.xz in $work/source" \
                    'one from an earlier run, or a release that has it' \
                    "Run once without --offline, or name a tree with --xen-src."
            download_tarball
        fi
        # The sum first: a tarball without one would be taken for a damaged one.
        (cd "$scratch" && sha256sum -- *.orig.tar.xz >sum &&
            mv sum "$work/source/SHA256SUMS.$line" && mv -- *.orig.tar.xz "$work/source/")
        tarball=$(tarball_of_line)
    fi
    (cd "$work/source" && sha256sum --quiet -c "SHA256SUMS.$line") >>"$log" 2>&1 ||
        die "$EX_SOURCE" "The kept source of Xen $line is damaged." "$(log_tail 2)" \
            'the file that apt verified when it was downloaded' \
            "rm '$tarball' and run again"
    source_id=$(sha256sum "$tarball" | cut -d' ' -f1)
    source_note="$(basename -- "$tarball"), sha256 $source_id"
    if [[ $(cat "$work/tree/$name/.spliced" 2>/dev/null) == "$(splice_id)" ]]; then
        return
    fi
    step "Unpacking $(basename -- "$tarball")"
    mkdir "$scratch/xen"
    tar -C "$scratch/xen" --strip-components=1 -xf "$tarball" 2>>"$log" ||
        die "$EX_SOURCE" "Cannot unpack $tarball." "$(log_tail 2)" 'a tar archive' \
            "rm '$tarball' and run again"
    check_source "$scratch/xen" "$tarball"
}
