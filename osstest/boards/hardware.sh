# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What boards share that are no QEMU's: a device tree of their own, in $BOARD_DTB.

qemu=()
board_device_tree() {
    if [[ ! -f ${BOARD_DTB-} ]]; then
        echo "BOARD_DTB=${BOARD_DTB-} names no file: the option dtb of a labgrid environment does"
        return 1
    fi
    cp -- "$BOARD_DTB" "$1"
}
