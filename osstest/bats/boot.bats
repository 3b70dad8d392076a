#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What U-Boot needs beside a board's xen: it is there, of the settings that are asked for,
# at addresses that do not overlap; and what cannot be is refused before a file is made.
# That U-Boot takes it, the job uboot shows.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

setup() {
    common_setup
    dir=$BATS_TEST_TMPDIR/to-boot
    mkdir "$dir"
}

# boot [LINE…]: builds for QEMU's virt with these settings.
boot() {
    printf '%s\n' "$@" >"$dir/config"
    build --offline --board qemu-virt --boot-config "$dir/config"
}

# kernel FILE [SIZE]: what looks like one for arm64.
kernel() {
    head -c 56 /dev/zero >"$dir/$1"
    printf 'ARM\x64' >>"$dir/$1"
    truncate -s "${2-4096}" "$dir/$1"
}

# beside FILE…: these are in the result, and so is what always is there.
beside() {
    local file
    ends_with 0 || return
    there=$checkout/out/$result+qemu-virt
    for file in xen chosen.dtso chosen.dtbo boot.config README "$@"; do
        [[ -s $there/$file ]] || complain "There is no $file." || return
    done
    nothing_left || return
    apart "$there"
}

# apart DIR: of the addresses and rooms that its README has, none overlap.
apart() {
    awk '/^0x/ { print $1, $2 }' "$1/README" | sort | {
        end=0 n=0
        while read -r address room; do
            ((address >= end && ++n)) || complain "$address is below $end." || return
            end=$((address + room))
        done
        ((n >= 2)) || complain 'No addresses.'
    }
}

# chosen NODE PROPERTY: what the overlay makes of a tree that has it not.
chosen() {
    dtc -q -I dts -O dtb -o "$BATS_TEST_TMPDIR/base.dtb" <<<'/dts-v1/; / { chosen { stdout-path = "serial0"; }; };'
    fdtoverlay -i "$BATS_TEST_TMPDIR/base.dtb" -o "$BATS_TEST_TMPDIR/all.dtb" "$there/chosen.dtbo"
    fdtget "${@:3}" "$BATS_TEST_TMPDIR/all.dtb" "$1" "$2"
}

# no FOUND WANTED [DO]: what boot asked for is refused.
no() {
    refused 2 'Cannot tell what to boot' "$1" "$2" "${3-}"
}

@test "boot: without a file, U-Boot loads dom0 and a domU" {
    quick
    build --offline --board qemu-virt
    beside boot.source boot.scr
    says "how to boot it on qemu-virt"
    # A script image is that text behind a header and a length.
    cmp <(tail -c +73 "$there/boot.scr") "$there/boot.source"
    mkimage -l "$there/boot.scr" | grep -F 'AArch64 Linux Script'
    for file in xen Image-dom0 dom0-ramdisk.cpio.gz Image-domU domU-ramdisk.cpio.gz; do
        grep -qx "elif load .* 0x[0-9a-f]* \${prefix}$file; then" "$there/boot.source"
        grep -qx "       $file" "$there/README"
    done
    grep -qxE ' *booti 0x[0-9a-f]+ - 0x[0-9a-f]+' "$there/boot.source"
    [[ $(chosen /chosen stdout-path) == serial0 ]]
    [[ $(chosen /chosen xen,xen-bootargs) == 'console=dtuart dtuart=/pl011@9000000 dom0_mem=512M dom0_max_vcpus=1 bootscrub=0' ]]
    [[ $(chosen /chosen/domU0 memory) == '0 524288' && $(chosen /chosen/domU0 xen,enhanced) == enabled ]]
    # Where it is, the module is said to be.
    for file in Image-dom0:/chosen Image-domU:/chosen/domU0; do
        address=$(awk -v file="${file%:*}" '$3 == file { print $1 }' "$there/README")
        node=${file#*:}/module@$(printf '%x' "$address")
        [[ $(chosen "$node" reg -tx) == "0 ${node#*@} 0 4000000" ]]
        [[ $(chosen "$node" compatible) == 'multiboot,kernel multiboot,module' ]]
    done
}

@test "boot: a config as ImageBuilder's README has it" {
    quick
    boot 'MEMORY_START="0x40000000"' 'MEMORY_END="0x80000000"' '' 'DEVICE_TREE="mpsoc.dtb"' 'XEN="xen"' \
        'XEN_CMD="console=dtuart dtuart=serial0 dom0_mem=1G dom0_max_vcpus=1 bootscrub=0 vwfi=native sched=null"' \
        'DOM0_KERNEL="Image-dom0"' 'DOM0_CMD="console=hvc0 earlycon=xen earlyprintk=xen clk_ignore_unused"' \
        'DOM0_RAMDISK="dom0-ramdisk.cpio"' 'NUM_DOMUS=2' 'DOMU_KERNEL[0]="zynqmp-dom1/Image-domU"' \
        'DOMU_RAMDISK[0]="zynqmp-dom1/domU-ramdisk.cpio"' \
        'DOMU_PASSTHROUGH_DTB[0]="zynqmp-dom1/passthrough-example-part.dtb"' \
        'DOMU_KERNEL[1]="zynqmp-dom2/Image-domU"' 'DOMU_RAMDISK[1]="zynqmp-dom2/domU-ramdisk.cpio"' \
        'DOMU_MEM[1]=512' 'DOMU_VCPUS[1]=1' 'UBOOT_SOURCE="boot.text"' "UBOOT_SCRIPT='boot.image' # both"
    beside boot.text boot.image
    [[ $(chosen /chosen xen,xen-bootargs) == *'bootscrub=0 vwfi=native sched=null' ]]
    [[ $(chosen /chosen/domU1 memory) == '0 524288' && $(chosen /chosen/domU0 cpus) == 1 ]]
    for kind in kernel ramdisk device-tree; do
        grep -F "compatible = \"multiboot,$kind\", \"multiboot,module\";" "$there/chosen.dtso"
    done
    grep -E '^elif load .* \$\{prefix\}zynqmp-dom1/passthrough-example-part.dtb;' "$there/boot.text"
    # The settings in effect make the same again.
    cp -a "$there" "$BATS_TEST_TMPDIR/first"
    cp "$there/boot.config" "$dir/again"
    build --offline --board qemu-virt --boot-config "$dir/again"
    beside boot.text boot.image
    diff -r "$BATS_TEST_TMPDIR/first" "$there"
}

@test "boot: files that are here have their sizes" {
    quick
    kernel Image 3000000
    truncate -s 5 "$dir/ramdisk"
    boot 'DOM0_KERNEL=Image' 'DOM0_RAMDISK=ramdisk' 'DOM0_MEM=256' 'DOM0_VCPUS=2' 'LOAD_CMD="tftpb"' 'DOM0_CMD="a \"b"'
    no 'DOM0_CMD="a \"b"' 'one value'
    boot 'DOM0_KERNEL=Image' 'DOM0_RAMDISK=ramdisk' 'DOM0_MEM=256' 'DOM0_VCPUS=2' 'LOAD_CMD="tftpb"' "DOM0_CMD='a \"b'"
    beside boot.source boot.scr
    [[ $(grep -c 'set its size' "$there/chosen.dtso") == 0 ]]
    grep -F ' 0x0 0x2dc6c0>;' "$there/chosen.dtso"
    grep -F ' 0x0 0x5>;' "$there/chosen.dtso"
    grep -F 'bootargs = "a \"b";' "$there/chosen.dtso"
    grep -E "bootargs 'a \"b' " "$there/boot.source"
    grep -E '^0x[0-9a-f]+  0x00400000  Image$' "$there/README"
    grep -E '^elif tftpb 0x[0-9a-f]+ Image; then' "$there/boot.source"
    [[ $(chosen /chosen xen,xen-bootargs) == *' dom0_mem=256M dom0_max_vcpus=2 '* ]]
    ! grep -F domU0 "$there/chosen.dtso" || complain 'There is a domU.'
}

@test "boot: addresses that are said, and the others apart from them" {
    quick
    boot DOM0_KERNEL=Image DOM0_KERNEL_ADDR=0x40600000 DOM0_KERNEL_SIZE=2M XEN_ADDR=0x50000000
    beside boot.source
    grep -x '0x40600000  0x00200000  Image' "$there/README"
    grep -x '0x50000000  0x00400000  xen' "$there/README"
    grep -E '^ *booti 0x50000000 - 0x' "$there/boot.source"
}

@test "boot: addresses that overlap, in part or whole" {
    cold
    for address in 0x50000000 0x50200000 0x4fe00000 0x4c200000; do
        boot DOM0_KERNEL=Image DOM0_KERNEL_ADDR=$address XEN_ADDR=0x50000000
        no "DOM0_KERNEL (Image) from $address" 'files that do not overlap' '_ADDR'
        part_has found 'XEN (xen) from 0x50000000 to 0x50400000'
    done
    # A file that is larger than it looks.
    kernel Image 33000000
    boot DOM0_KERNEL=Image NUM_DOMUS=1 'DOMU_KERNEL[0]=other' 'DOMU_KERNEL_ADDR[0]=0x52000000' DOM0_KERNEL_ADDR=0x50000000 \
        'DOMU_KERNEL_SIZE[0]=1M'
    beside_not
    sed -i 's/^DOMU_KERNEL_ADDR.*/DOMU_KERNEL_ADDR[0]=0x51e00000/' "$dir/config"
    build --board qemu-virt --boot-config "$dir/config"
    no 'DOMU_KERNEL[0] (other) from 0x51e00000' 'files that do not overlap'
}

# What was asked for last is refused by the lack of a source alone.
beside_not() {
    block 4 '' '' '' ''
}

@test "boot: addresses where there is no RAM, or that are none" {
    cold
    for address in 0x40000000 0x77e00000 0x80000000 0x1000000000; do
        boot DOM0_KERNEL=Image XEN_ADDR=$address
        no "XEN (xen) from $address" 'from MEMORY_START=0x40200000 to MEMORY_END=0x78000000' MEMORY_END
    done
    for address in 0x50000001 0x50100000; do
        boot DOM0_KERNEL=Image XEN_ADDR=$address
        no "XEN_ADDR=$address" 'a multiple of 2 MiB'
    done
    for address in here 0x 0x50000000000 -1 50000000h 0778; do
        boot DOM0_KERNEL=Image XEN_ADDR=$address
        no "XEN_ADDR=$address" 'a number'
    done
    boot DOM0_KERNEL=Image MEMORY_START=0x60000000 MEMORY_END=1536M
    no 'MEMORY_START=0x60000000' 'RAM between them'
}

@test "boot: more than there is RAM for" {
    cold
    boot DOM0_KERNEL=Image DOM0_RAMDISK=ramdisk DOM0_RAMDISK_SIZE=1G
    no 'DOM0_RAMDISK (ramdisk), which may have 0x40000000 bytes' 'to MEMORY_END=0x78000000' _SIZE
    truncate -s 1G "$dir/ramdisk"
    boot DOM0_KERNEL=Image DOM0_RAMDISK=ramdisk
    no 'DOM0_RAMDISK (ramdisk), which may have 0x40000000 bytes' 'to MEMORY_END=0x78000000' _SIZE
    kernel Image 3000000
    boot DOM0_KERNEL=Image DOM0_KERNEL_SIZE=2M
    no "$dir/Image has 3000000 bytes" 'DOM0_KERNEL_SIZE of that at least'
}

@test "boot: files that are none of theirs" {
    cold
    kernel Image
    echo text >"$dir/text"
    : >"$dir/empty"
    printf '%036d\x18\x28\x6f\x01%0100d' 0 0 >"$dir/zImage"
    mkdir "$dir/folder"
    for file in text empty zImage; do
        boot DOM0_KERNEL=$file
        no "$dir/$file begins with" 'a kernel for arm64'
    done
    boot DOM0_KERNEL=Image NUM_DOMUS=1 'DOMU_KERNEL[0]=text'
    no "$dir/text begins with" 'a kernel for arm64'
    boot DOM0_KERNEL=folder
    no "$dir/folder" 'a file that can be read'
    boot DOM0_KERNEL=Image DEVICE_TREE=text
    no "$dir/text begins with 746578740a" 'a device tree'
    boot DOM0_KERNEL=Image DOM0_RAMDISK=empty
    no "$dir/empty is empty" 'a size above 0'
    echo DOM0_KERNEL=Image >"$dir/config"
    build --board qemu-virt --arch arm32 --boot-config "$dir/config"
    no "$dir/Image begins with" 'a kernel for arm32: a zImage'
}

@test "boot: settings that are none, and nothing in them is run" {
    cold
    for line in 'DOM0_CMD="$(touch ran)"' 'DOM0_CMD="`touch ran`"' 'touch ran' '. ran' 'DOM0_CMD="a" ; touch ran' \
        'DOM0_CMD=a b' 'DOM0_CMD="a' 'export XEN=xen' 'XEN[0]=xen' 'NO_SUCH=1' 'BOARD=mine' 'KCONFIG="MPSOC=y"' \
        'DOMU_KERNEL=x' 'DOMU_KERNEL[]=x' 'DOMU_KERNEL[x]=x' 'NUM_DOMUS=two' 'NUM_DOMUS=99' 'DOM0_MEM=0' \
        'DOM0_MEM=1G' 'DOM0_KERNEL="a b"' 'DOM0_KERNEL="a;b"' 'UBOOT_SCRIPT=../x' 'UBOOT_SOURCE=.x' 'BOOT_CMD=reset' \
        "LOAD_CMD='load; reset'" "DEVICE_TREE='\$(x)'" 'DOMU_VPL011[0]=yes' 'DOM0_ROOTFS=x' "DOM0_CMD='<1>'"; do
        boot DOM0_KERNEL=Image "$line"
        no "$dir/config, line 2: $line" '' patches/boards/README.md
    done
    boot DOM0_KERNEL=Image 'DOMU_ROOTFS[0]=x'
    no 'a disk image, which is not made here' ''
    [[ -z $(find "$BATS_TEST_TMPDIR" "$lab/home" "$lab/tmp" -name ran) && ! -e ran ]]
}

@test "boot: settings of which one is missing" {
    cold
    boot XEN=xen
    no 'neither DOM0_KERNEL nor NUM_DOMUS' 'a domain to boot'
    boot DOM0_RAMDISK=x NUM_DOMUS=1 'DOMU_KERNEL[0]=x'
    no 'line 1: DOM0_RAMDISK=x' 'DOM0_KERNEL as well'
    boot DOM0_KERNEL=Image NUM_DOMUS=2 'DOMU_KERNEL[1]=x'
    no 'no DOMU_KERNEL[0]' 'DOMU_KERNEL[0] to [1]'
}

@test "boot: no such file, and no board" {
    cold
    for file in "$dir/nothing" "$dir"; do
        build --board qemu-virt --boot-config "$file"
        refused 2 'Cannot tell what to build' "--boot-config $file" 'a file that can be read' --help
    done
    boot DOM0_KERNEL=Image
    build --boot-config "$dir/config"
    refused 2 'Cannot tell what to build' '--boot-config without --board' '--board NAME' --help
}

@test "boot: without mkimage or dtc" {
    quick
    without mkimage dtc
    build --offline --board qemu-virt
    block 3 'Something is missing' 'no device-tree-compiler u-boot-tools' '' 'apt-get install'
    good_run
}

@test "boot: a hypervisor that is larger than its room" {
    quick
    cp "$lab/good/xen" "$BATS_TEST_TMPDIR/xen"
    # 8 MiB, with what it clears.
    printf '\0\0\x80\0' | dd of="$BATS_TEST_TMPDIR/xen" bs=1 seek=16 conv=notrunc status=none
    sed -i "s,$lab/good/xen\" ,$BATS_TEST_TMPDIR/xen\" ," "$fakes/make"
    boot DOM0_KERNEL=Image
    block 1 'larger than its room' '8388608 bytes' 0x400000 XEN_SIZE
    boot DOM0_KERNEL=Image XEN_SIZE=8M
    beside boot.source
    grep -E '^0x[0-9a-f]+  0x00800000  xen$' "$there/README"
}
