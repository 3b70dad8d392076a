# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Packages of another Debian and another architecture, got by a private apt and
# unpacked, never installed. The one that sources this sets repo and cache.

# shellcheck source=patches/build/packages.sh
source "$repo/patches/build/packages.sh"

# use_suite SUITE ARCH [TYPE…]: the private apt is that suite's from here on, with its
# packages of these types: deb, if none is given, and deb-src. It believes that nothing
# is installed, so that what it gets is whole.
use_suite() {
    local suite=$1 arch=$2 types=("${@:3}") type site kind keyring=/usr/share/keyrings/debian-archive-keyring.gpg options=''
    apt_dir=$cache/apt/$suite-$arch
    private=(env APT_CONFIG="$apt_dir/apt.conf")
    mkdir -p "$apt_dir/lists/partial" "$apt_dir/cache/archives/partial"
    : >"$apt_dir/status"
    [[ ! -e $keyring ]] || options="[signed-by=$keyring] "
    while read -r site; do
        kind=$suite
        [[ $site != *-security && $site != */security.* ]] || kind=$suite-security
        for type in "${types[@]:-deb}"; do
            echo "$type $options$site $kind main"
        done
    done < <(sites) >"$apt_dir/sources.list"
    cat >"$apt_dir/apt.conf" <<END
Dir::State "$apt_dir";
Dir::State::Lists "$apt_dir/lists";
Dir::State::status "$apt_dir/status";
Dir::Cache "$apt_dir/cache";
Dir::Etc::SourceList "$apt_dir/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "$arch";
APT::Architectures { "$arch"; };
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
END
    say "Updating the package lists of $suite for $arch" >&2
    # An index that a mirror has wrong is left out; what is then missing is said
    # when it is wanted.
    "${private[@]}" apt-get update >"$apt_dir/update.log" 2>&1 </dev/null || true
}

# with_dependencies PACKAGE…: their names and those of all that they depend on.
with_dependencies() {
    "${private[@]}" apt-get install --print-uris -y "$@" 2>"$apt_dir/why" </dev/null |
        sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p" | sort -u
    ((PIPESTATUS[0] == 0)) ||
        die "apt cannot find $*." "$(grep -hE '^[EW]:' "$apt_dir/why" "$apt_dir/update.log" | tail -n 6)" \
            "packages of $(basename -- "$apt_dir")" 'Check the network and the sources of apt; try again later.'
}

# versions PACKAGE: those that the suite lists, the newest first.
versions() {
    "${private[@]}" apt-cache madison "$1" 2>/dev/null | awk '{ print $3 }' | uniq
}

# versions_of PACKAGE[=VERSION]: that one, or all.
versions_of() {
    case $1 in
        *=*) printf '%s\n' "${1#*=}" ;;
        *) versions "$1" ;;
    esac
}

# apt_download DIR PACKAGE[=VERSION]…
apt_download() {
    (cd "$1" && "${private[@]}" apt-get download "${@:2}") >>"$apt_dir/download.log" 2>&1 </dev/null
}

# download DIR PACKAGE[=VERSION]…: into DIR. A mirror may list a version that it
# no longer, or not yet, holds: then an older one serves.
download() {
    local dir=$1 package version
    shift
    mkdir -p "$dir"
    ! apt_download "$dir" "$@" || return 0
    for package in "$@"; do
        while read -r version; do
            apt_download "$dir" "${package%%=*}=$version" && continue 2
        done < <(versions_of "$package")
        die "Cannot download $package." "$(tail -n 3 "$apt_dir/download.log")" \
            "that package of $(basename -- "$apt_dir")" \
            'Check the network and the sources of apt; try again later.'
    done
}

# download_source DIR PACKAGE: its source package, into DIR.
download_source() {
    local dir=$1 package=$2
    (cd "$dir" && "${private[@]}" apt-get source --download-only "$package") >"$apt_dir/download.log" 2>&1 </dev/null ||
        die "Cannot download the source of $package." "$(tail -n 3 "$apt_dir/download.log")" \
            "that source package of $(basename -- "$apt_dir")" \
            'Check the network and the sources of apt; try again later.'
}

# unpack DIR DEB…: all of them over each other, with /usr merged whether or not
# their Debian had done that.
unpack() {
    local dir=$1 deb top
    shift
    for top in bin lib sbin; do
        mkdir -p "$dir/usr/$top"
        [[ -L $dir/$top ]] || ln -s "usr/$top" "$dir/$top"
    done
    for deb in "$@"; do
        dpkg-deb --fsys-tarfile "$deb" | tar -C "$dir" --keep-directory-symlink -xf -
    done
}
