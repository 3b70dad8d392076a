# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# What takes long is made once. The one that sources this sets out, where it is kept, and
# scratch, where it is made.

# cached NAME STAMP COMMAND…: makes $out/NAME, unless it is there and was made with
# the same input stamp. It appears when it is whole.
cached() {
    local name=$1 stamp=$2
    shift 2
    ! has_stamp "$out/.$name.inputs" "$stamp" || return 0
    rm -rf -- "$out/.$name.inputs" "${scratch:?}/$name"
    "$@" "$scratch/$name"
    rm -rf -- "${out:?}/$name"
    mv -- "$scratch/$name" "$out/$name"
    printf '%s\n' "$stamp" >"$out/.$name.inputs"
}
