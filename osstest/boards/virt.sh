# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What QEMU's virt boards share. RAM starts at 1 GiB; QEMU puts Xen at its
# beginning and the device tree 128 MiB further.

machine=virt,virtualization=on
modules_at=0x50000000
console='console=dtuart dtuart=/pl011@9000000'

# QEMU describes the machine that it makes.
board_device_tree() {
    "${qemu[@]}" -serial none -M "$machine,dumpdtb=$(quote "$1")"
}
