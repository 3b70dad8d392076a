# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# What U-Boot needs beside xen: a script, what it does to /chosen as an overlay too, and
# how to use them. Part of build-xen.sh, which sources it.
#
# What /chosen gets is said once, in chosen(), as lines NODE, PROPERTY, KIND and VALUE,
# separated by tabs; docs/misc/arm/device-tree/booting.txt in Xen's tree explains them.

readonly boot_files=(boot.source boot.scr chosen.dtso chosen.dtbo boot.config README)

chosen() {
    local n node memory
    is_cells /chosen
    is /chosen xen,xen-bootargs text "${setting[XEN_CMD]}"
    module /chosen DOM0_KERNEL kernel "${setting[DOM0_CMD]}"
    module /chosen DOM0_RAMDISK ramdisk
    for ((n = 0; n < setting[NUM_DOMUS]; n++)); do
        node=/chosen/domU$n memory=${setting[DOMU_MEM.$n]}
        is "$node" compatible text xen,domain
        is_cells "$node"
        is "$node" memory cells "0 $((memory * 1024))"
        is "$node" cpus cells "${setting[DOMU_VCPUS.$n]}"
        [[ ${setting[DOMU_VPL011.$n]} != 1 ]] || is "$node" vpl011 flag ''
        [[ ${setting[DOMU_ENHANCED.$n]} != 1 ]] || is "$node" xen,enhanced text enabled
        module "$node" "DOMU_KERNEL.$n" kernel "${setting[DOMU_CMD.$n]}"
        module "$node" "DOMU_RAMDISK.$n" ramdisk
        module "$node" "DOMU_PASSTHROUGH_DTB.$n" device-tree
    done
}

is() { printf '%s\t%s\t%s\t%s\n' "$@"; }

is_cells() {
    is "$1" '#address-cells' cells 2
    is "$1" '#size-cells' cells 2
}

# module NODE NAME KIND [BOOTARGS]
module() {
    local node address=${address_of[$2]-}
    [[ -n $address ]] || return 0
    printf -v node '%s/module@%x' "$1" "$address"
    is "$node" compatible texts "multiboot,$3 multiboot,module"
    is "$node" reg extent "$2"
    [[ -z ${4-} ]] || is "$node" bootargs text "$4"
}

# The address in two cells.
two_cells() {
    printf '0x%x 0x%x' $(($1 >> 32)) $(($1 & 0xffffffff))
}

# As U-Boot has it. It knows the sizes of what it has loaded.
# shellcheck disable=SC2089,SC2090  # U-Boot reads the quotes
chosen_as_commands() {
    local node property kind value at=/chosen word
    while IFS=$'\t' read -r node property kind value; do
        if [[ $node != "$at" ]]; then
            at=$node
            echo "fdt mknod ${node%/*} ${node##*/} || setenv failed y"
        fi
        [[ $property != '#'* ]] || property=\\$property
        case $kind in
            cells) value=" <$value>" ;;
            text) value=" '$value'" ;;
            texts) value=" '${value// /\' \'}'" ;;
            extent) value=" <$(two_cells "${address_of[$value]}") 0x0 0x\${$(size_variable "$value")}>" ;;
        esac
        echo "fdt set $node $property$value || setenv failed y"
    done < <(chosen)
}

# size_variable NAME: U-Boot's, with the size of what that setting has loaded.
size_variable() {
    local name=${1//./_}
    echo "${name,,}_size"
}

# As an overlay has it. A file that was not here is as large as it may be.
chosen_as_overlay() {
    local node property kind value at=/chosen tabs=$'\t\t\t\t' word size
    printf '/dts-v1/;\n/plugin/;\n\n/* SPDX-License-Identifier: GPL-2.0-only */\n'
    printf '/* Made by build-xen.sh --board %s, of the settings in boot.config. */\n' "$board"
    printf '/ {\n\tfragment@0 {\n\t\ttarget-path = "/";\n\t\t__overlay__ {\n\t\t\tchosen {\n'
    while IFS=$'\t' read -r node property kind value; do
        while [[ $node != "$at" && $node != "$at"/* ]]; do
            leave_node
        done
        if [[ $node != "$at" ]]; then
            word=${node#"$at"/}
            at=$node
            printf '\n%s%s {\n' "$tabs" "$word"
            tabs+=$'\t'
        fi
        case $kind in
            cells) value=" = <$value>" ;;
            text) value=" = \"${value//\"/\\\"}\"" ;;
            texts) value=" = \"${value// /\", \"}\"" ;;
            extent)
                size=${size_of[$value]-}
                [[ -n $size ]] || printf '%s/* There was no %s here: set its size. */\n' "$tabs" "${file_of[$value]}"
                value=" = <$(two_cells "${address_of[$value]}") 0x0 $(hex "${size:-${room_of[$value]}}")>"
                ;;
        esac
        printf '%s%s%s;\n' "$tabs" "$property" "$value"
    done < <(chosen)
    while [[ $at != /chosen ]]; do
        leave_node
    done
    printf '\t\t\t};\n\t\t};\n\t};\n};\n'
}

leave_node() {
    at=${at%/*} tabs=${tabs%$'\t'}
    printf '%s};\n' "$tabs"
}

# A line for each that is loaded: address, room, file.
table() {
    local name
    for name in "${loads[@]}"; do
        printf '0x%08x  0x%08x  %s\n' "${address_of[$name]}" "${room_of[$name]}" "${file_of[$name]}"
    done | sort
}

# load_commands NAME: those that load it, and see that it has room. U-Boot's exit does not
# leave a script in each of its versions; therefore each step looks at ${failed}.
load_commands() {
    local name=$1 file=${file_of[$1]} room=${room_of[$1]} prefix=''
    # shellcheck disable=SC2016  # U-Boot's variable
    [[ ${setting[LOAD_CMD]} != *'${devtype}'* ]] || prefix='${prefix}'
    [[ $name != DEVICE_TREE ]] || room=$((room - 0x10000))
    cat <<END

if test -n "\${failed}"; then true
elif ${setting[LOAD_CMD]} $(hex "${address_of[$name]}") $prefix$file; then
    setenv $(size_variable "$name") \${filesize}
    if itest 0x\${filesize} -gt $(hex "$room"); then
        echo "*** xen-rs: $file has 0x\${filesize} bytes, and room for $(hex "$room"): build with a larger ${name%%.*}_SIZE."
        setenv failed y
    fi
else
    echo "*** xen-rs: cannot load $file; $(shown "$name") in boot.config names it."
    setenv failed y
fi
END
}

boot_source() {
    local name tree=${setting[DEVICE_TREE]} high=0xffffffffffffffff room=$((room_of[DEVICE_TREE] - 0x80000))
    [[ $arch != arm32 ]] || high=0xffffffff
    cat <<END
# Made by build-xen.sh --board $board, of the settings in boot.config.
# As U-Boot takes it: mkimage -A ${arch/arm32/arm} -T script -C none -d ${setting[UBOOT_SOURCE]} ${setting[UBOOT_SCRIPT]}
#
# address     room        file
$(table | sed 's/^/# /')

# The device tree stays where it is.
setenv fdt_high $high
setenv failed
END
    # shellcheck disable=SC2016  # U-Boot's variables
    [[ ${setting[LOAD_CMD]} != *'${devtype}'* ]] || cat <<'END'
# U-Boot sets these where it finds a boot.scr by itself.
if test -n "${devtype}" -a -n "${devnum}" -a -n "${distro_bootpart}"; then true; else
    echo "*** xen-rs: say where the files are: setenv devtype mmc; setenv devnum 0; setenv distro_bootpart 1"
    setenv failed y
fi
END
    for name in "${loads[@]}"; do
        [[ ${file_of[$name]} != \$* ]] || continue
        load_commands "$name"
    done
    # shellcheck disable=SC2016  # U-Boot's variable
    printf '\nif test -z "${failed}"; then\n'
    if [[ $tree == \$* ]]; then
        cat <<END
# U-Boot's own device tree, in a copy that has room.
fdt addr $tree || setenv failed y
fdt move $tree $(hex "${address_of[DEVICE_TREE]}") $(hex "$room") || setenv failed y
END
    else
        cat <<END
fdt addr $(hex "${address_of[DEVICE_TREE]}") || setenv failed y
fdt resize 0x8000 || setenv failed y
END
    fi
    chosen_as_commands
    cat <<END
if test -n "\${failed}"; then
    echo "*** xen-rs: the device tree does not take what Xen needs; U-Boot says above why."
else
    ${setting[BOOT_CMD]} $(hex "${address_of[XEN]}") - $(hex "${address_of[DEVICE_TREE]}")
    echo "*** xen-rs: U-Boot does not start Xen."
fi
fi
END
}

# boot_config_file: the settings in effect, to be changed and given to --boot-config.
boot_config_file() {
    local name quote
    echo "# What --board $board boots, in the form of ImageBuilder's config; --boot-config takes it."
    for name in "${!setting[@]}"; do
        [[ -z ${board_setting_is[$name]-} ]] || continue
        [[ $name != XEN_CMD || -z $own_xen_cmd ]] || continue
        quote=\"
        [[ ${setting[$name]} != *[\"\$\`]* ]] || quote=\'
        echo "$(shown "$name")=$quote${setting[$name]}$quote"
    done | sort -V
    [[ -z $own_xen_cmd ]] || printf '# With DOM0_MEM and DOM0_VCPUS:\n# XEN_CMD="%s"\n' "${setting[XEN_CMD]}"
}

# write_boot_files DIR: beside the xen that is there.
write_boot_files() {
    local dir=$1 size
    size=$(stat -c %s "$dir/xen")
    # A kernel for arm64 says how much it takes with what it clears.
    [[ $arch != arm64 ]] || size=$(od -An -v -tu8 -j16 -N8 "$dir/xen" | tr -d ' ')
    ((size <= room_of[XEN])) ||
        die "$EX_BUILD" 'The hypervisor is larger than its room in memory.' "$size bytes" \
            "$(hex "${room_of[XEN]}")" 'Say XEN_SIZE="8M" in a file for --boot-config.'
    size_of[XEN]=$size
    boot_source >"$dir/${setting[UBOOT_SOURCE]}"
    chosen_as_overlay >"$dir/chosen.dtso"
    boot_config_file >"$dir/boot.config"
    readme >"$dir/README"
    logged env SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" mkimage -A "${arch/arm32/arm}" -T script -C none -n "Xen on $board" -d "$dir/${setting[UBOOT_SOURCE]}" "$dir/${setting[UBOOT_SCRIPT]}" ||
        die "$EX_BUILD" 'mkimage makes no boot script.' "$(log_tail)" "$dir/${setting[UBOOT_SCRIPT]}" "The log is $log."
    logged dtc -q -I dts -O dtb -o "$dir/chosen.dtbo" "$dir/chosen.dtso" ||
        die "$EX_BUILD" 'dtc makes no overlay.' "$(log_tail)" "$dir/chosen.dtbo" "The log is $log."
}

readme() {
    local name script=${setting[UBOOT_SCRIPT]} tree
    tree="U-Boot's own, in ${setting[DEVICE_TREE]}"
    [[ ${setting[DEVICE_TREE]} == \$* ]] || tree=${setting[DEVICE_TREE]}
    cat <<END
Xen $line for $arch, on ${setting[BOARD]}
Tested: ${setting[TESTED]}

1. Copy to the partition that U-Boot boots from:
       xen
       $script
$(for name in "${loads[@]}"; do
        [[ $name == XEN || ${file_of[$name]} == \$* ]] || echo "       ${file_of[$name]}${size_of[$name]:+   as it was here, or up to $(hex "${room_of[$name]}") bytes}"
    done)
2. Connect the console: Xen's command line is
       ${setting[XEN_CMD]}
3. Switch the board on. U-Boot finds $script by itself; if it does not, at its prompt, for
   the first partition of the first MMC:
       setenv devtype mmc; setenv devnum 0; setenv distro_bootpart 1
       load mmc 0:1 \${scriptaddr} $script; source \${scriptaddr}
   By TFTP: LOAD_CMD="tftpb" in boot.config.
   A line with *** xen-rs: says what is wrong.
4. (XEN) lines follow. If none do, build again with --early-printk.

To boot something else, change a copy of boot.config, and build with
    ./build-xen.sh --board $board --boot-config FILE
The files that it names, if they are beside it, are looked at for their sizes.

The device tree: $tree.
chosen.dtbo is what the script does to /chosen, as an overlay: for who makes the tree
beforehand (fdtoverlay -i board.dtb -o xen.dtb chosen.dtbo), or has 'fdt apply' in U-Boot.
Its sizes are right for files that were here when it was made.

Address     Room        File
$(table)
All of it is RAM that neither U-Boot nor the firmware uses, from ${setting[MEMORY_START]} to ${setting[MEMORY_END]}.
END
}
