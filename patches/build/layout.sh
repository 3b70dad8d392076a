# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# What a board loads, and where: addresses that cannot overlap. Part of build-xen.sh,
# which sources it.

# What is loaded, in that order: its setting, file, the file's size if it is here, the
# most that it may be, and its address. own_xen_cmd: Xen's command line is the board's.
loads=()
own_xen_cmd=''
declare -A file_of=() size_of=() room_of=() address_of=()
readonly align=$((0x200000))

# read_boot_config: the settings of $board, over them those of $boot_config, and what
# follows where nothing is said.
read_boot_config() {
    local n image=Image
    [[ $arch != arm32 ]] || image=zImage
    if [[ -n $boot_config ]]; then
        read_settings "$boot_config"
    else
        setting+=([DOM0_KERNEL]=$image-dom0 [DOM0_RAMDISK]=dom0-ramdisk.cpio.gz
            [NUM_DOMUS]=1 [DOMU_KERNEL.0]=$image-domU [DOMU_RAMDISK.0]=domU-ramdisk.cpio.gz)
    fi
    usually XEN xen
    usually NUM_DOMUS 0
    usually DOM0_MEM 512
    usually DOM0_VCPUS 1
    own_xen_cmd=y
    [[ ${said_at[XEN_CMD]} == "$repo/patches/boards/"* ]] || own_xen_cmd=''
    [[ -z $own_xen_cmd ]] ||
        setting[XEN_CMD]+=" dom0_mem=${setting[DOM0_MEM]}M dom0_max_vcpus=${setting[DOM0_VCPUS]} bootscrub=0"
    usually DOM0_CMD "console=hvc0 earlycon=xen clk_ignore_unused${setting[DOM0_RAMDISK]:+ root=/dev/ram0}"
    # shellcheck disable=SC2016  # U-Boot's variables
    usually LOAD_CMD 'load ${devtype} ${devnum}:${distro_bootpart}'
    usually BOOT_CMD "$([[ $arch == arm32 ]] && echo bootz || echo booti)"
    usually UBOOT_SOURCE boot.source
    usually UBOOT_SCRIPT boot.scr
    [[ -n ${setting[DOM0_KERNEL]-} || ${setting[NUM_DOMUS]} != 0 ]] ||
        bad_setting "${boot_config:-board $board}: neither DOM0_KERNEL nor NUM_DOMUS" 'a domain to boot'
    [[ -z ${setting[DOM0_RAMDISK]-} || -n ${setting[DOM0_KERNEL]-} ]] ||
        bad_setting "${said_at[DOM0_RAMDISK]}" 'DOM0_KERNEL as well'
    for ((n = 0; n < setting[NUM_DOMUS]; n++)); do
        [[ -n ${setting[DOMU_KERNEL.$n]-} ]] ||
            bad_setting "${said_at[NUM_DOMUS]}, and no DOMU_KERNEL[$n]" "DOMU_KERNEL[0] to [$((setting[NUM_DOMUS] - 1))]"
        usually "DOMU_CMD.$n" console=ttyAMA0
        usually "DOMU_MEM.$n" 512
        usually "DOMU_VCPUS.$n" 1
        usually "DOMU_VPL011.$n" 1
        usually "DOMU_ENHANCED.$n" "$([[ -n ${setting[DOM0_KERNEL]-} ]] && echo 1 || echo 0)"
    done
}

# usually NAME VALUE: that is its value if none is said.
usually() {
    [[ -n ${setting[$1]-} ]] || setting[$1]=$2
}

# loaded NAME ROOM: what setting NAME has is to be loaded, and, if it is not here and
# NAME_SIZE does not say, may be that large.
loaded() {
    local name=$1 room=$2 number='' size_name addr_name path
    [[ -n ${setting[$name]-} ]] || return 0
    [[ $name != *.* ]] || number=.${name#*.}
    size_name=${name%%.*}_SIZE$number addr_name=${name%%.*}_ADDR$number
    loads+=("$name")
    file_of[$name]=${setting[$name]}
    path=${boot_config%/*}/${setting[$name]}
    [[ $boot_config == */* ]] || path=./${setting[$name]}
    room=$(to_number "$room")
    [[ -z ${setting[$size_name]-} ]] || room=$(to_number "${setting[$size_name]}")
    if [[ -n $boot_config && $name != XEN && ${setting[$name]} != \$* && -e $path ]]; then
        check_file "$name" "$path"
        size_of[$name]=$(stat -L -c %s -- "$path")
        [[ -n ${setting[$size_name]-} ]] || room=${size_of[$name]}
        ((size_of[$name] <= room)) ||
            bad_setting "${said_at[$size_name]}
$path has ${size_of[$name]} bytes" "$(shown "$size_name") of that at least"
    fi
    # U-Boot adds to the device tree.
    [[ $name != DEVICE_TREE ]] || room=$((room + 0x10000))
    ((room > 0)) || bad_setting "${said_at[$size_name]-$path is empty}" 'a size above 0'
    room_of[$name]=$(((room + align - 1) / align * align))
    if [[ -n ${setting[$addr_name]-} ]]; then
        address_of[$name]=$(to_number "${setting[$addr_name]}")
        ((address_of[$name] % align == 0)) ||
            bad_setting "${said_at[$addr_name]}" 'a multiple of 2 MiB'
    fi
}

# check_file NAME PATH: that this file is what NAME is for.
check_file() {
    local name=$1 path=$2 is wanted
    [[ -f $path && -r $path ]] ||
        bad_setting "${said_at[$name]-$(shown "$name")}: $path" 'a file that can be read'
    # A kernel says so behind its first instructions; compressed, it is taken as it is.
    is=$(od -An -v -tx1 -N64 -- "$path" | tr -d ' \n')
    case $name in
        *KERNEL*)
            wanted="a kernel for $arch: an Image, or compressed by gzip"
            [[ $arch == arm64 ]] || wanted="a kernel for $arch: a zImage"
            [[ $is == 1f8b* || $is == 27051956* || ($arch == arm64 && ${is:112:8} == 41524d64) ||
                ($arch == arm32 && ${is:72:8} == 18286f01) ]]
            ;;
        *DTB* | DEVICE_TREE)
            wanted='a device tree, as dtc makes it'
            [[ $is == d00dfeed* ]]
            ;;
        *) true ;;
    esac || bad_setting "${said_at[$name]-$(shown "$name")}: $path begins with ${is:0:16}" "$wanted"
}

hex() { printf '0x%x' "$1"; }

# overlaps ADDRESS ROOM [NAME]: what is there already but NAME, into $other.
overlaps() {
    for other in "${!address_of[@]}"; do
        [[ $other == "${3-}" ]] || ((address_of[$other] >= $1 + $2 || $1 >= address_of[$other] + room_of[$other])) ||
            return 0
    done
    return 1
}

where_is() {
    echo "$(shown "$1") (${file_of[$1]}) from $(hex "${address_of[$1]}") to $(hex $((address_of[$1] + room_of[$1])))"
}

# lay_out: an address for all that is loaded, each apart from the others.
lay_out() {
    local start end name n other address
    start=$(to_number "${setting[MEMORY_START]}") end=$(to_number "${setting[MEMORY_END]}")
    ((start < end)) ||
        bad_setting "MEMORY_START=${setting[MEMORY_START]} MEMORY_END=${setting[MEMORY_END]}" 'RAM between them'
    loads=() file_of=() size_of=() room_of=() address_of=()
    loaded XEN 4M
    loaded DEVICE_TREE 1M
    loaded DOM0_KERNEL 64M
    loaded DOM0_RAMDISK 128M
    for ((n = 0; n < setting[NUM_DOMUS]; n++)); do
        loaded "DOMU_KERNEL.$n" 64M
        loaded "DOMU_RAMDISK.$n" 128M
        loaded "DOMU_PASSTHROUGH_DTB.$n" 1M
    done
    # First those whose addresses are said.
    for name in "${loads[@]}"; do
        [[ -n ${address_of[$name]-} ]] || continue
        ((address_of[$name] >= start && address_of[$name] + room_of[$name] <= end)) ||
            no_room_for "$(where_is "$name")"
        ! overlaps "${address_of[$name]}" "${room_of[$name]}" "$name" ||
            bad_setting "$(where_is "$name")
$(where_is "$other")" 'files that do not overlap' "Take away one of the settings …_ADDR; the address is found then. Or say the
sizes, in …_SIZE."
    done
    for name in "${loads[@]}"; do
        [[ -z ${address_of[$name]-} ]] || continue
        # As ImageBuilder: what is below 12 MiB is the firmware's.
        address=$(((start + 2 * align - 1) / align * align))
        ((address >= 0xc00000)) || address=$((0xc00000))
        while overlaps "$address" "${room_of[$name]}"; do
            address=$((address_of[$other] + room_of[$other]))
        done
        ((address + room_of[$name] <= end)) ||
            no_room_for "$(shown "$name") (${file_of[$name]}), which may have $(hex "${room_of[$name]}") bytes"
        address_of[$name]=$address
    done
}

no_room_for() {
    local name
    bad_setting "$1
$(for name in "${loads[@]}"; do [[ -z ${address_of[$name]-} ]] || where_is "$name"; done)" \
        "all of it from MEMORY_START=${setting[MEMORY_START]} to MEMORY_END=${setting[MEMORY_END]}" \
        'Say how large the files are, in …_SIZE, or have them beside the config file; or move
MEMORY_END, if there is RAM that U-Boot does not use.'
}
