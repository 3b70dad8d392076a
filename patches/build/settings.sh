# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# Files of lines NAME="value" and NAME[0]="value": the boards' own, and the config files
# of ImageBuilder, whose names are used. They are read, never run: what a shell would
# expand is refused.

declare -A setting=() said_at=()

# The names that there are; of NAME[0], NAME. and in $setting NAME.0. Those of the first
# list are ImageBuilder's.
declare -rA setting_is=(
    [MEMORY_START]=number [MEMORY_END]=number [LOAD_CMD]=load [BOOT_CMD]=boot
    [DEVICE_TREE]=tree [XEN]=file [XEN_CMD]=words
    [DOM0_KERNEL]=file [DOM0_CMD]=words [DOM0_RAMDISK]=file [DOM0_MEM]=count [DOM0_VCPUS]=count
    [NUM_DOMUS]=few [DOMU_KERNEL.]=file [DOMU_CMD.]=words [DOMU_RAMDISK.]=file
    [DOMU_PASSTHROUGH_DTB.]=file [DOMU_MEM.]=count [DOMU_VCPUS.]=count
    [DOMU_ENHANCED.]=switch [DOMU_VPL011.]=switch
    [UBOOT_SOURCE]=name [UBOOT_SCRIPT]=name

    [XEN_SIZE]=number [DEVICE_TREE_SIZE]=number [DOM0_KERNEL_SIZE]=number [DOM0_RAMDISK_SIZE]=number
    [DOMU_KERNEL_SIZE.]=number [DOMU_RAMDISK_SIZE.]=number [DOMU_PASSTHROUGH_DTB_SIZE.]=number
    [XEN_ADDR]=number [DEVICE_TREE_ADDR]=number [DOM0_KERNEL_ADDR]=number [DOM0_RAMDISK_ADDR]=number
    [DOMU_KERNEL_ADDR.]=number [DOMU_RAMDISK_ADDR.]=number [DOMU_PASSTHROUGH_DTB_ADDR.]=number
)
# Those of a board's file alone.
declare -rA board_setting_is=(
    [BOARD]=text [TESTED]=text [ARCH]=text [SINCE]=text [KCONFIG]=text [EARLY_PRINTK]=text
)

# Each kind for people; is_kind KIND VALUE says whether that is one.
declare -rA kind_is=(
    [number]='a number, such as 0x40000000, 512K or 64M'
    [count]='a number from 1 to 999999'
    [few]='a number from 0 to 64'
    [switch]='0 or 1'
    [boot]='booti or bootz'
    [load]="a command of U-Boot, such as 'load mmc 0:1', in single quotes if it has \${…}"
    [tree]="a file name, or in single quotes the variable of U-Boot with its own tree: '\${fdtcontroladdr}'"
    [file]='a file name without blanks and quotes'
    [name]='a file name without a folder'
    [text]='words'
    [words]="words without single quotes, \\ and [ < at the beginning, at most 900 characters"
)
is_kind() {
    local kind=$1 value=$2
    case $kind in
        number) [[ $value =~ ^(0[xX][0-9a-fA-F]{1,10}|(0|[1-9][0-9]{0,11})[KMG]?)$ ]] ;;
        count) [[ $value =~ ^[1-9][0-9]{0,5}$ ]] ;;
        few) [[ $value =~ ^([0-9]|[1-5][0-9]|6[0-4])$ ]] ;;
        switch) [[ $value == [01] ]] ;;
        boot) [[ $value == boot[iz] ]] ;;
        load) [[ $value =~ ^[a-z][A-Za-z0-9_:./\ \$\{\}-]*$ ]] ;;
        tree) [[ $value =~ ^\$\{[a-z_]+\}$ ]] || is_kind file "$value" ;;
        file) [[ $value =~ ^[A-Za-z0-9_+.,@/-]{1,200}$ && $value != */ ]] ;;
        name) [[ $value =~ ^[A-Za-z0-9_+.,@-]{1,100}$ && $value != .* ]] ;;
        text) ;;
        words) [[ $value =~ ^[^\'\\]*$ && ${value:0:1} != [\[\<] && ${#value} -le 900 ]] ;;
    esac
}

bad_setting() {
    die "$EX_USAGE" 'Cannot tell what to boot.' "$1" "$2" \
        "${3:-patches/boards/README.md says what such a file has.}"
}

# shown NAME: as it is in a file.
shown() {
    local name=$1
    [[ $name != *.* ]] || name="${name%.*}[${name#*.}]"
    echo "$name"
}

# to_number TEXT: as printf '%d' would have it, with K, M and G.
to_number() {
    local text=$1 times=1
    case $text in
        *K) times=1024 ;;
        *M) times=1048576 ;;
        *G) times=1073741824 ;;
    esac
    echo $((${text%[KMG]} * times))
}

# read_settings FILE [board]: into $setting, over what there is; where each was said, for
# people, into $said_at.
read_settings() {
    local file=$1 own=${2-} text line place name rest value kind n=0
    text=$(cat -- "$file" 2>/dev/null && echo .) ||
        bad_usage "--boot-config $file" 'a file that can be read'
    while IFS= read -r line; do
        ((++n))
        line=${line%$'\r'}
        place="$file, line $n: $line"
        [[ ! $line =~ ^[[:space:]]*(#.*)?$ ]] || continue
        [[ $line =~ ^[[:space:]]*([A-Z0-9_]+)(\[([0-9]{1,2})\])?=(.*)$ ]] ||
            bad_setting "$place" 'lines NAME="value" and NAME[0]="value"'
        name=${BASH_REMATCH[1]}${BASH_REMATCH[2]:+.}
        kind=${setting_is[$name]-}
        [[ -z $own || -n $kind ]] || kind=${board_setting_is[$name]-}
        [[ -n $kind ]] || unknown_setting "$place" "$name"
        name=${BASH_REMATCH[1]}${BASH_REMATCH[2]:+.$((10#${BASH_REMATCH[3]}))} rest=${BASH_REMATCH[4]}
        if [[ $rest =~ ^\"([^\"\\\$\`]*)\"[[:space:]]*(#.*)?$ || $rest =~ ^\'([^\']*)\'[[:space:]]*(#.*)?$ ||
            $rest =~ ^([A-Za-z0-9_./:+,@%=-]*)[[:space:]]*(#.*)?$ ]]; then
            value=${BASH_REMATCH[1]}
        else
            bad_setting "$place" 'one value, in quotes if it has blanks: no shell expands $, ` or \ here'
        fi
        [[ ! $value =~ [^[:print:]] ]] || bad_setting "$place" 'letters, digits and signs of ASCII'
        # As in a shell script, an empty value is none.
        if [[ -z $value ]]; then
            unset -v "setting[$name]"
            continue
        fi
        is_kind "$kind" "$value" || bad_setting "$place" "${kind_is[$kind]}"
        setting[$name]=$value
        said_at[$name]=$place
    done <<<"${text%.}"
}

unknown_setting() {
    local name=$2 what='no setting that there is'
    [[ ! $name =~ ^(DOM0|DOMU)_ROOTFS ]] || what='a disk image, which is not made here'
    if [[ -n ${setting_is[${name%.}]-} ]]; then
        what='a setting that has no number'
    elif [[ -n ${setting_is[$name.]-} ]]; then
        what='a setting of one domU, which has its number'
    fi
    bad_setting "$1
$what" "one of: $(printf '%s\n' "${!setting_is[@]}" | sort | sed 's/\.$/[0]/' | paste -sd' ')"
}
