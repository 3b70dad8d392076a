# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# The ZCU102's device tree. Debian has it in its kernel package for arm64 and in
# no smaller one.

# get_zcu102_dtb: sees to it that it is here; where.
get_zcu102_dtb() {
    local cache=$repo/.build/boards name=zynqmp-zcu102-rev1.1.dtb deb='' kernel
    mkdir -p -- "$cache"
    exec 6>"$cache/lock"
    flock 6
    if [[ ! -s $cache/$name ]]; then
        # The Linux jobs may have brought the package already.
        deb=$(compgen -G "$repo/.build/linux/*/packages/linux-image-*_arm64.deb" | head -n 1) || true
        if [[ -z $deb ]]; then
            # shellcheck source=osstest/linux/packages.sh
            source "$here/linux/packages.sh"
            use_suite trixie arm64
            kernel=$("${private[@]}" apt-cache depends linux-image-arm64 | sed -n 's/^  Depends: //p')
            say "Downloading $kernel (90 MB) for its $name" >&2
            download "$cache" "$kernel"
            deb=$(compgen -G "$cache/linux-image-*_arm64.deb" | head -n 1)
        fi
        dpkg-deb --fsys-tarfile "$deb" |
            tar -xO --wildcards -f - "*/xilinx/$name" >"$cache/$name.new" 2>/dev/null || true
        [[ -s $cache/$name.new ]] ||
            die 'There is no device tree of the ZCU102.' "no $name in $deb" 'it' \
                "Put one there by hand: $cache/$name"
        mv -- "$cache/$name.new" "$cache/$name"
        rm -f -- "$cache"/linux-image-*.deb
    fi
    exec 6>&-
    echo "$cache/$name"
}
