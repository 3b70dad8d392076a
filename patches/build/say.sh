# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How a script of this project prints: build-xen.sh, osstest/run and the steps.

elapsed() {
    printf '[%d:%02d]' $((SECONDS / 60)) $((SECONDS % 60))
}

say() {
    printf '%s %s\n' "$(elapsed)" "$*"
}

# block FAILED FOUND WANTED DO: an error. Each may have several lines.
block() {
    local part
    printf '***\n*** %s\n' "$1"
    shift
    for part in 'found: ' wanted: 'do:    '; do
        printf '%s\n' "$1" | sed "1s/^/***   $part /; 1!s/^/***           /"
        shift
    done
    printf '***\n'
}
