# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# The files that a board boots from: sourced by boot, which sets the variables.
# Modules and domains are described as docs/misc/arm/device-tree/booting.txt in
# Xen's tree has it.

dtb() { printf '%s/machine.dtb' "$out"; }

put() {
    fdtput -p "$@" || die 'Cannot change the device tree.' "fdtput $*" 'a device tree' \
        "See what is in $(dtb): dtc -I dtb $(dtb)"
}

# load ROLE FILE ADDRESS
load() { printf '%s\t%s\t%s\n' "$1" "$3" "$2" >>"$out/loads"; }

# module NODE ROLE FILE KIND [BOOTARGS]: a file as a module of a domain, at the
# next free address; superpages apart, so that none shares one.
module() {
    local parent=$1 role=$2 file=$3 kind=$4 bootargs=${5-} size node address
    size=$(stat -L -c %s -- "$file")
    printf -v address '0x%x' "$next"
    node=$parent/module@${address#0x}
    put -t s "$(dtb)" "$node" compatible "multiboot,$kind" multiboot,module
    put -t i "$(dtb)" "$node" reg $((next >> 32)) $((next & 0xffffffff)) 0 "$size"
    [[ -z $bootargs ]] || put -t s "$(dtb)" "$node" bootargs "$bootargs"
    load "$role" "$file" "$address"
    next=$(((next + size + 0x1fffff) & ~0x1fffff))
}

make_device_tree() {
    local why
    why=$(board_device_tree "$(dtb)" 2>&1) ||
        die "There is no device tree for $board." "$why" 'a device tree' \
            "See $boards/$board."
}

# What build-xen.sh has made for a board: its overlay, and the addresses that it gives.
make_carried_files() {
    local why address file
    make_device_tree
    why=$(fdtoverlay -i "$(dtb)" -o "$(dtb).new" "$carried/chosen.dtbo" 2>&1) ||
        die 'The device tree does not take the overlay.' "$why" 'a device tree with it' "See $carried/chosen.dtso."
    mv -- "$(dtb).new" "$(dtb)"
    load xen "$xen" -
    load dtb "$(dtb)" -
    while read -r address _ file; do
        [[ $file == xen || ! -f $carried/$file ]] || load module "$carried/$file" "$address"
    done < <(grep '^0x' "$carried/README")
}

make_boot_files() {
    local next=$((modules_at))
    make_device_tree
    load xen "$xen" "${xen_at:--}"
    load dtb "$(dtb)" "${dtb_at:--}"

    # noreboot: whatever goes wrong, Xen halts and thereby ends QEMU.
    # sched=credit: with credit2 and two pCPUs on a busy host, a runnable vCPU
    # has been seen to stay in the run queue while both pCPUs were idle.
    put -t s "$(dtb)" /chosen xen,xen-bootargs \
        "$console dom0_mem=$dom0_mem dom0_max_vcpus=1 bootscrub=0 noreboot sched=credit${xen_args:+ $xen_args}"
    put -t i "$(dtb)" /chosen '#address-cells' 2
    put -t i "$(dtb)" /chosen '#size-cells' 2
    module /chosen dom0 "$dom0" kernel "$dom0_args"
    [[ -z $dom0_ramdisk ]] || module /chosen dom0-ramdisk "$dom0_ramdisk" ramdisk
    [[ -z $domu ]] || domain
}

# 64 MiB, in KiB: the memory that osstest/guest is laid out for. Not "xen,enhanced":
# that adds a device tree node for hypercalls, which work without.
domain() {
    put -t s "$(dtb)" /chosen/domU1 compatible xen,domain
    put -t i "$(dtb)" /chosen/domU1 memory 0 65536
    put -t i "$(dtb)" /chosen/domU1 cpus "$vcpus"
    put -t i "$(dtb)" /chosen/domU1 '#address-cells' 2
    put -t i "$(dtb)" /chosen/domU1 '#size-cells' 2
    module /chosen/domU1 domu "$domu" kernel
    ((vcpus <= 16)) || room_for_vcpus
}

# Xen makes the domain's device tree in 4 KiB, which is not enough for so many
# vCPUs, and in as much more as a partial one is long (prepare_dtb_domU(), from
# 4.18 on): one of padding alone.
room_for_vcpus() {
    local why
    why=$(dtc -q -I dts -O dtb -p $((vcpus * 256)) -o "$out/partial.dtb" - <<<'/dts-v1/; / { };' 2>&1) ||
        die 'Cannot make a partial device tree.' "$why" 'one' 'See that dtc works.'
    module /chosen/domU1 partial-dtb "$out/partial.dtb" device-tree
}
