#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# A board by its name: its options are in the configuration, and what cannot be is
# refused before a file is made.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# of BOARD SETTING: what its file says.
of() {
    sed -n "s/^$2=[\"']\\(.*\\)[\"']\$/\\1/p" "$checkout/patches/boards/$1"
}

@test "board: --list-boards says of each what was tested, and makes nothing" {
    cold
    build --list-boards
    ends_with 0
    for board in qemu-virt zcu102 kria rpi4 rpi5 imx8mm s32g3 rcar-h3 rcar-spider; do
        grep -A 2 -xF "$board" <<<"$output" | grep -F "    tested: $(of "$board" TESTED)" || complain "No $board."
        [[ -n $(of "$board" TESTED) ]]
    done
    nothing_changed
}

@test "board: an unknown one, and what is none" {
    cold
    for board in zcu103 README.md README ../boards/zcu102 . 'zcu10*' 'a b'; do
        build --board "$board"
        refused 2 'Cannot tell what to build' "--board $board" 'qemu-virt' --list-boards
    done
    build --board
    refused 2 'Cannot tell what to build' '--board without a value' '--board VALUE' --help
}

@test "board: of another architecture, or with a Xen that has no driver for it" {
    cold
    build --board zcu102 --arch arm32
    refused 2 'Cannot tell what to build' '--board zcu102 with --arch arm32' '--arch arm64' ''
    build --board imx8mm
    refused 2 'Cannot tell what to build' '--board imx8mm with Xen 4.20' 'Xen 4.23 or later' '--git-ref master'
    build --board s32g3 --xen 4.17
    refused 2 'Cannot tell what to build' '--board s32g3 with Xen 4.17' 'Xen 4.20 or later' '--git-ref stable-4.20'
}

@test "board: --early-printk alone" {
    cold
    build --early-printk
    refused 2 'Cannot tell what to build' '--early-printk without --board' '--board NAME' --help
}

# with_line LINE: a checkout whose file of the ZCU102 ends with it.
with_line() {
    rm -rf "$BATS_TEST_TMPDIR/cold"
    cold
    printf '%s\n' "$1" >>"$checkout/patches/boards/zcu102"
    build --board zcu102
}

@test "board: a line of its file that is none is refused, and nothing in it is run" {
    for line in 'XEN_CMD=a b' 'XEN_CMD="$(touch ran)"' 'XEN_CMD="`touch ran`"' 'touch ran' 'XEN_CMD="a' \
        'XEN_CMD="a" b' '. ran' 'MEMORY_START="lots"' 'NO_SUCH="1"' 'XEN[0]="1"' 'DOMU_KERNEL="1"' \
        'NUM_DOMUS=65' 'XEN_CMD="a'\''b"' 'BOOT_CMD=go' 'DOM0_KERNEL="a b"' $'XEN_CMD="\xc3\xa4"'; do
        with_line "$line"
        refused 2 'Cannot tell what to boot' "patches/boards/zcu102, line" '' patches/boards/README.md
        part_has found ": $line"
    done
    [[ -z $(find "$BATS_TEST_TMPDIR" -name ran) ]]
}

@test "board: its options are in a result of its own, without early printk" {
    configurable
    build --offline --board zcu102
    has "$result+zcu102" CONFIG_MPSOC=y CONFIG_MAPCACHE_RUST=y
    ! grep EARLY "$checkout/out/$result+zcu102/config" || complain 'There is early printk.'
    # What is asked for by itself comes after the board's.
    build --offline --board zcu102 --config MPSOC=n --config RCAR3=y
    has "$result+zcu102+mpsoc+rcar3" CONFIG_RCAR3=y
    build --offline
    is_good
    says_not Configuring
}

@test "board: Xen takes the options of each, with early printk on its UART" {
    configurable
    for board in "$checkout"/patches/boards/*; do
        board=${board##*/}
        [[ $board != README.md ]] || continue
        [[ $board != imx8mm ]] || continue # 4.20 has no driver for it
        build --offline --board "$board" --early-printk
        # shellcheck disable=SC2046  # one word for each option
        has "$result+$board+early-printk" CONFIG_EARLY_PRINTK=y \
            $(printf 'CONFIG_%s\n' $(of "$board" KCONFIG) $(of "$board" EARLY_PRINTK))
        [[ $(of "$board" EARLY_PRINTK) == *EARLY_UART_BASE_ADDRESS=0x* ]]
        [[ -s $checkout/out/$result+$board+early-printk/boot.scr ]]
        rm -rf "$checkout/.build/tree/$result+$board+early-printk"
    done
}
