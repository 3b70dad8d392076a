# SPDX-License-Identifier: GPL-2.0-only
# All devices that this QEMU has.
CONFIG_VIRTIO_MMIO=y
CONFIG_VIRTIO_BLK=y
CONFIG_VIRTIO_NET=y
