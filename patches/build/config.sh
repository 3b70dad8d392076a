# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# The configuration of Xen, of three layers; where two say something of an option,
# the later one is right:
#
#   base   a configuration of the tree, and whole ones that are given
#   hand   what was changed in the tree by hand, since it was configured
#   must   what the component needs, and the options that are asked for
#
# A tree has, beside xen/.config, the files .config-wanted (base and must),
# .config-made (the configuration that resulted), .config-hand, and
# .config.by-hand, which is what xen/.config was when that was last detected.

own_config='' config_suffix='' by_hand=''
fragments='' wholes=''

# The lines of a configuration on stdin as CONFIG_NAME=VALUE, n if it is not set.
config_lines() {
    sed -n -E 's/[[:space:]]+$//; s/^[[:space:]]+//
        s/^# (CONFIG_[A-Za-z0-9_]+) is not set$/\1=n/; /^CONFIG_[A-Za-z0-9_]+=/p'
}

# Of several lines for an option, the last.
last_wins() {
    awk -F= '{ if (!($1 in line)) name[++n] = $1; line[$1] = $0 }
        END { for (i = 1; i <= n; i++) print line[name[i]] }'
}

# read_configs: what --board, --config and --defconfig ask for, into $fragments and $wholes,
# and what a tree of that is called, into $config_suffix.
read_configs() {
    local asked text bad name names=()
    if [[ -n $board ]]; then
        config_board
        names+=("$board" ${early_printk:+early-printk})
    fi
    if [[ -n $defconfig ]]; then
        [[ $defconfig =~ ^[A-Za-z0-9_.-]+$ ]] || bad_usage "--defconfig $defconfig" 'the name of one in the tree'
        defconfig=${defconfig%_defconfig}_defconfig
        names+=("${defconfig%_defconfig}")
    fi
    for asked in "${configs[@]}"; do
        if [[ $asked =~ ^(CONFIG_)?([A-Z0-9_]+)=(.*)$ ]]; then
            fragments+="CONFIG_${BASH_REMATCH[2]}=${BASH_REMATCH[3]}"$'\n'
            names+=("${BASH_REMATCH[2],,}")
            continue
        fi
        text=$(cat -- "$asked" 2>/dev/null && echo .) ||
            bad_usage "--config $asked" 'a file that can be read, or OPTION=VALUE'
        text=${text%.}
        bad=$(grep -nvE '^[[:space:]]*(#.*|CONFIG_[A-Za-z0-9_]+=.*)?[[:space:]]*$' <<<"$text" | head -n 1) || true
        [[ -z $bad ]] ||
            bad_usage "--config $asked, line ${bad%%:*}: ${bad#*:}" \
                'lines like CONFIG_NAME=y and # CONFIG_NAME is not set'
        if [[ ${text%%CONFIG_*} == *'Automatically generated file'* ]]; then
            wholes+=$(config_lines <<<"$text")$'\n'
        else
            fragments+=$(config_lines <<<"$text")$'\n'
        fi
        name=${asked##*/}
        name=${name%.*}
        names+=("${name:-config}")
    done
    ! grep -qx 'CONFIG_MAPCACHE_RUST=n' <<<"$fragments" ||
        bad_usage '--config with CONFIG_MAPCACHE_RUST=n' 'Xen with the component' \
            "For upstream's Xen: --upstream"
    ((${#names[@]})) || return 0
    for name in "${names[@]}"; do
        config_suffix+=+${name//[!A-Za-z0-9_.-]/_}
    done
    ((${#config_suffix} <= 80)) ||
        config_suffix=${config_suffix:0:60}+$(cksum <<<"$config_suffix" | cut -d' ' -f1)
}

# Finds out which options this Xen has: see kconfig.awk.
read_kconfig() {
    local other prune=()
    for other in arm x86 riscv ppc; do
        [[ $other == "$arch_folder" ]] || prune+=(-o -path "*/arch/$other")
    done
    find "$tree/xen" \( -path "$tree/xen/tools" "${prune[@]}" \) -prune -o -name 'Kconfig*' -type f -print0 |
        xargs -0 awk -f "$repo/patches/build/kconfig.awk" >"$scratch/kconfig"
}

# of_option NAME COLUMN: what it says there.
of_option() {
    awk -F'\t' -v name="$1" -v column="$2" '$1 == name && $column != "" { print $column }' "$scratch/kconfig"
}

# not_taken FILE: lines of it that are not so in xen/.config. An option that there
# is not is not n either.
not_taken() {
    awk -F= 'FILENAME == ARGV[1] { sub(/\t.*/, ""); known["CONFIG_" $0]; next }
        { value = substr($0, length($1) + 2) }
        FILENAME == ARGV[2] { have[$1] = value; next }
        !($1 in known) || ($1 in have ? have[$1] : "n") != value' \
        "$scratch/kconfig" <(config_lines <"$tree/xen/.config") "$1"
}

# Of lines on stdin, those of options that somebody can set in this Xen.
settable() {
    awk -F'[\t=]' 'NR == FNR { if ($3 == "y") can["CONFIG_" $1]; next } $1 in can' "$scratch/kconfig" -
}

# why_not LINE: why it is not taken.
why_not() {
    local name=${1%%=*} depends option is
    name=${name#CONFIG_}
    is=$(config_lines <"$tree/xen/.config" | sed -n "s/^CONFIG_$name=//p")
    if [[ -z $(of_option "$name" 1) ]]; then
        is=$(cut -f1 "$scratch/kconfig" | sort -u | grep -F -- "${name%%_*}" | head -n 6 | paste -sd' ') || true
        echo "no such option CONFIG_$name in this Xen${is:+; there are: $is}"
        return
    fi
    depends=$(of_option "$name" 4 | sort -u | head -n 3 | paste -sd'|' | sed 's/|/ or /g')
    printf 'CONFIG_%s=%s' "$name" "${is:-n}"
    if ! of_option "$name" 3 | grep -x y >/dev/null; then
        printf ', which follows from other options and cannot be set'
    fi
    [[ -z $depends ]] || printf '; it depends on %s' "$depends"
    while read -r option; do
        [[ -n $(of_option "$option" 1) ]] || continue
        is=$(config_lines <"$tree/xen/.config" | sed -n "s/^CONFIG_$option=//p")
        printf '\nCONFIG_%s=%s' "$option" "${is:-n}"
    done < <(grep -oE '[A-Z][A-Za-z0-9_]+' <<<"$depends" | sort -u)
    echo
}

# in_words FILE: its lines for people.
in_words() {
    local n
    n=$(wc -l <"$1")
    head -n 8 "$1" | paste -sd' '
    ((n <= 8)) || echo "and $((n - 8)) more"
}

# Where the configuration starts from, into $base_file; and says so.
choose_base() {
    local configs=$tree/xen/arch/$arch_folder/configs usual=${arch}_defconfig is=CONFIG_ARM_${arch#arm}
    [[ $arch != riscv64 ]] || is=CONFIG_RISCV_64
    base_file='' unused=()
    if [[ -n $own_config ]] && ! grep -qx "$is=y" "$own_config"; then
        step "Not using $own_config, which is not for $arch"
        own_config=''
    fi
    [[ -z $own_config ]] || base_file=$own_config
    if [[ -n $defconfig ]]; then
        [[ -e $configs/$defconfig ]] ||
            die "$EX_USAGE" "There is no $defconfig in this Xen." "--defconfig ${defconfig%_defconfig}" \
                "one of: $(find "$configs" -name '*_defconfig' -printf '%f\n' | sed 's/_defconfig$//' | sort | paste -sd' ')" \
                'Name one of these with --defconfig.'
        [[ -z $own_config ]] || unused+=("$own_config")
        base_file=$configs/$defconfig
    elif [[ -s $configs/$usual ]]; then
        [[ -z $own_config ]] && base_file=$configs/$usual || unused+=("$usual of that tree")
    fi
    [[ -z $base_file ]] || step "Starting from the configuration ${base_file#"$tree/"}${unused:+, not from ${unused[*]}}"
}

# Writes base and must to $scratch.
compose() {
    local line type value
    {
        [[ -z $base_file ]] || config_lines <"$base_file"
        printf '%s' "$wholes"
    } | last_wins >"$scratch/base"
    {
        echo CONFIG_EXPERT=y
        # Upstream's RISC-V cannot have it.
        [[ $arch$upstream == riscv64-upstream ]] || echo CONFIG_IOREQ_SERVER=y
        if [[ -n $debug ]]; then
            echo CONFIG_DEBUG=y
        elif ! grep -q '^CONFIG_DEBUG=' "$scratch/base"; then
            echo CONFIG_DEBUG=n
        fi
        [[ -n $upstream ]] || echo CONFIG_MAPCACHE_RUST=y
        while IFS= read -r line; do
            value=${line#*=} type=$(of_option "$(sed 's/^CONFIG_//; s/=.*//' <<<"$line")" 2 | head -n 1)
            [[ $type != string || $value == \"* ]] || line=${line%%=*}=\"${value//\"/\\\"}\"
            printf '%s\n' "$line"
        done < <(printf '%s' "$fragments")
    } | last_wins >"$scratch/must"
}

# Writes to .config-hand what was changed in xen/.config since it was made.
notice_hand() {
    local config=$tree/xen/.config made=$tree/.config-made hand=$tree/.config-hand
    [[ -e $made ]] || return 0
    if [[ ! -e $config ]]; then
        [[ ! -e $hand ]] ||
            step "xen/.config has gone, and so goes what was changed in it by hand ($tree/.config.by-hand has it)"
        rm -f -- "$hand" "$made"
        return
    fi
    ! cmp -s "$config" "$made" || return 0
    {
        [[ ! -e $hand ]] || cat "$hand"
        grep -vxFf <(config_lines <"$made") <(config_lines <"$config") || true
    } | last_wins >"$scratch/hand"
    cp -- "$config" "$tree/.config.by-hand"
    mv -- "$scratch/hand" "$hand"
    cp -- "$config" "$made"
    rm -f -- "$tree/.config-wanted"
}

# keep_hand DIR: DIR is to take the place of $tree.
keep_hand() {
    local file
    notice_hand
    for file in .config-hand .config.by-hand; do
        [[ ! -e $tree/$file ]] || cp -a -- "$tree/$file" "$1/"
    done
}

# make_config LAYER…: xen/.config of these; those of must that it does not take
# are left in $scratch/refused.
make_config() {
    (cd "$scratch" && cat -- "$@") >"$scratch/layers"
    cp -- "$scratch/layers" "$tree/xen/.config"
    make_xen olddefconfig ||
        die "$EX_BUILD" 'Cannot configure Xen.' "$(log_tail)" 'make olddefconfig' "The log is $log."
    not_taken "$scratch/must" >"$scratch/refused"
}

configure() {
    local hand=$tree/.config-hand line compiler
    compiler=$(compiler_info)
    if [[ $compiler != "$(cat "$tree/.compiler" 2>/dev/null)" ]]; then
        # make does not know which objects are of another compiler.
        [[ ! -e $tree/.compiler ]] || make_xen clean || true
        rm -f -- "$tree/.config-wanted"
    fi
    read_kconfig
    choose_base
    compose
    notice_hand
    cat "$scratch/base" <(echo '# must') "$scratch/must" >"$scratch/wanted"
    : >"$scratch/hand"
    [[ ! -e $hand ]] || settable <"$hand" >"$scratch/hand"

    if [[ ! -e $tree/xen/.config || ! -e $tree/.config-made ]] || ! cmp -s "$scratch/wanted" "$tree/.config-wanted"; then
        step "Configuring"
        rm -f -- "$tree/.config-wanted" "$tree/.config-made"
        make_config base hand must
        if [[ -s $scratch/refused && -s $scratch/hand ]]; then
            step "Not keeping what was changed by hand, with which what is asked for cannot be: $(in_words "$scratch/hand") ($tree/.config.by-hand has it)"
            : >"$scratch/hand"
            make_config base must
        fi
        [[ ! -s $scratch/refused ]] || refuse
        not_taken "$scratch/hand" >"$scratch/lost"
        if [[ -s $scratch/lost ]]; then
            step "Not keeping of what was changed by hand: $(in_words "$scratch/lost") ($tree/.config.by-hand has it)"
            grep -vxFf "$scratch/lost" "$scratch/hand" >"$scratch/kept" || true
            mv -- "$scratch/kept" "$scratch/hand"
        fi
        if [[ -s $scratch/hand ]]; then cp -- "$scratch/hand" "$hand"; else rm -f -- "$hand"; fi
        not_taken "$scratch/base" | settable >"$scratch/lost"
        [[ ! -s $scratch/lost ]] || detail "not used: $(in_words "$scratch/lost")"
        printf '%s\n' "$compiler" >"$tree/.compiler"
        cp -- "$tree/xen/.config" "$tree/.config-made"
        cp -- "$scratch/wanted" "$tree/.config-wanted"
    fi
    by_hand=$(in_words "$scratch/hand" | paste -sd' ')
    [[ -z $by_hand ]] || step "Keeping what was changed by hand in $tree/xen/.config: $by_hand"
}

refuse() {
    local line reasons=''
    while IFS= read -r line; do
        reasons+=$(why_not "$line")$'\n'
    done <"$scratch/refused"
    die "$EX_BUILD" "Xen's configuration does not take $(in_words "$scratch/refused" | paste -sd' ')." \
        "${reasons%$'\n'}" "$(cat "$scratch/refused")" \
        "Ask for what it depends on as well, with --config. All options are in
make -C '$tree/xen' XEN_TARGET_ARCH=$arch menuconfig"
}

# For build-info.txt.
config_info() {
    [[ -z $base_file ]] || echo "configuration:  ${base_file#"$tree/"}"
    [[ -z $fragments ]] || echo "options:        $(printf '%s' "$fragments" | last_wins | paste -sd' ')"
    [[ -z $by_hand ]] || echo "by hand:        $by_hand"
}
