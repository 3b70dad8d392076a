# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# Packages that cannot be installed, because of what is: they are unpacked in a
# folder, with what they need, and nothing on this machine changes.

# use_beside DIR: the commands that were unpacked there come after all others.
use_beside() {
    beside=$1
    PATH=$PATH:$beside/bin
}

# unpack_beside PACKAGE: unpacks it and what it needs, and makes a command in
# $beside/bin for each that it has. Returns 1, with the reason on stdout, if apt
# does not have them.
unpack_beside() {
    local package=$1 root=$beside/$1 versions deb file
    rm -rf -- "$root"
    mkdir -p "$root/debs" "$beside/bin"
    # What apt would install if it could.
    mapfile -t versions < <(apt-get -s install --no-install-recommends "$package" 2>/dev/null |
        sed -n 's/^Inst \([^ ]*\) .*(\([^ ]*\) .*/\1=\2/p')
    (cd "$root/debs" && apt-get -q -o APT::Sandbox::User=root download "${versions[@]}" 2>&1 </dev/null) || return 1
    for deb in "$root"/debs/*.deb; do
        dpkg-deb -x "$deb" "$root" || return 1
    done
    while read -r file; do
        cat >"$beside/bin/.new" <<END2
#!/bin/sh
root='$root'
LD_LIBRARY_PATH=\$(printf '%s:' "\$root"/usr/lib/*-linux-gnu "\$root"/lib/*-linux-gnu)
export LD_LIBRARY_PATH="\${LD_LIBRARY_PATH%:}"
exec "\$root$file" "\$@"
END2
        chmod +x "$beside/bin/.new"
        mv -f -- "$beside/bin/.new" "$beside/bin/${file##*/}"
    done < <(dpkg-deb -c "$root/debs/${package}"_*.deb | sed -nE 's|.* \./((usr/)?bin/[^/ ]+)( .*)?$|/\1|p')
    rm -rf -- "$root/debs"
}
