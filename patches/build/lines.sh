# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154  # the one that sources this sets repo
#
# The Xen lines: a folder patches/xen-LINE for each. Its file `line` says, as
# KEY=VALUE, what else there is to know of it; patches/README.md has the keys.

# xen_lines: them all, the oldest first.
xen_lines() {
    local dir
    for dir in "$repo"/patches/xen-*/; do
        basename -- "$dir" | sed 's/^xen-//'
    done | sort -V
}

# lines_with KEY: those that say something of KEY, the oldest first.
lines_with() {
    local line
    for line in $(xen_lines); do
        [[ -z $(line_says "$line" "$1") ]] || echo "$line"
    done
}

has_patches() {
    xen_lines | grep -xF -- "$1" >/dev/null
}

# All lines, for people.
list_lines() {
    xen_lines | paste -sd' '
}

# patches_of LINE: in the order in which they are applied, the line's own last.
patches_of() {
    local folder
    for folder in fixes component "xen-$1"; do
        find "$repo/patches/$folder" -name '*.patch' | LC_ALL=C sort
    done
}

# line_says LINE KEY: its values, one on a line.
line_says() {
    sed -n "s/^$2=//p" "$repo/patches/xen-$1/line"
}
