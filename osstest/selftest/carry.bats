#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# carry, and boot with what it made: one folder with all of it, and errors in words.

# shellcheck disable=SC2016,SC2154  # a step is a text; helpers sets real, lab and osstest
load helpers

# Stands for build-xen.sh and ts-guest-build, and says what it was asked for.
carry_in_lab() {
    cp "$real/osstest/carry" "$osstest/"
    cp -r "$real/patches/boards" "$lab/patches/"
    cat >"$lab/build-xen.sh" <<'END'
#!/bin/bash
echo "$*" >>"$0.asked"
[[ ! -e ${0%/*}/fails ]] || { echo "*** No such thing." >&2; exit 2; }
while (($#)); do
    case $1 in
        --out) out=$2 ;;
        --boot-config) cp "$2" "${0%/*}/config" ;;
    esac
    shift
done
mkdir -p "$out/xen-4.20-arm64+zcu102"
cd "$out/xen-4.20-arm64+zcu102"
for file in xen boot.scr boot.source chosen.dtso chosen.dtbo README; do echo "the $file" >"$file"; done
echo 'DEVICE_TREE="zcu102.dtb"' >boot.config
echo 'xen:            4.20 arm64 debug' >build-info.txt
echo '[0:01] Built Xen 4.20'
END
    step guest-build 'mkdir -p "${0%/*}/../.build/guest/xen-4.20-arm64"
        for name in dom0 domu; do echo "$3 $2 $name" >"${0%/*}/../.build/guest/xen-4.20-arm64/$name.img"; done'
}

@test "carry: one folder with all of it" {
    carry_in_lab
    run "$osstest/carry" --board zcu102 --xen 4.20 --debug
    [[ $status == 0 ]]
    holds "out/carry-zcu102" "zcu102.dtb, the board's device tree"
    [[ $output != *'Built Xen'* ]]
    cd "$lab/out/carry-zcu102"
    [[ $(echo *) == 'README boot.config boot.scr boot.source build-info.txt chosen.dtbo chosen.dtso dom0.img domu.img xen' ]]
    [[ $(<dom0.img) == 'xen=4.20 arch=arm64 dom0' ]]
    grep -q 'BATTERY passed' README
    grep -qx 'the README' README
    # The board's console, and what the battery needs.
    grep -qx 'XEN_CMD="console=dtuart dtuart=serial0 dom0_mem=64M .*"' "$lab/config"
    grep -x -- '--board zcu102 --out .* --xen 4.20 --debug --boot-config .*' "$lab/build-xen.sh.asked"
    [[ -z $(compgen -G "${TMPDIR:-/tmp}/tmp.*/out/xen-4.20-arm64+zcu102") ]]
}

@test "carry: into a folder of one's own" {
    carry_in_lab
    mkdir "$BATS_TEST_TMPDIR/card"
    echo mine >"$BATS_TEST_TMPDIR/card/mine"
    run "$osstest/carry" --board zcu102 --to "$BATS_TEST_TMPDIR/card"
    [[ $status == 0 && $(<"$BATS_TEST_TMPDIR/card/mine") == mine && -s $BATS_TEST_TMPDIR/card/xen ]]
    [[ ! -e $lab/out/carry-zcu102 ]]
}

@test "carry: what cannot be, in words" {
    carry_in_lab
    run "$osstest/carry"
    [[ $status == 2 ]]
    holds 'no --board' --list-boards
    for option in --board --to; do
        run "$osstest/carry" $option
        [[ $status == 2 ]]
        holds "$option with a value"
    done
    for option in --boot-config --out --list-boards --series --dist; do
        run "$osstest/carry" --board zcu102 $option x
        [[ $status == 2 ]]
        holds 'This is not for a battery' "$option"
    done
    [[ ! -e $lab/build-xen.sh.asked ]]
    touch "$lab/fails"
    run "$osstest/carry" --board zcu102
    [[ $status == 2 && ! -e $lab/out/carry-zcu102 ]]
    holds 'No such thing' 'build-xen.sh ends with 2'
}

@test "carry: a folder that cannot be written" {
    carry_in_lab
    echo file >"$lab/file"
    run "$osstest/carry" --board zcu102 --to "$lab/file"
    [[ $status == 2 ]]
    holds 'Cannot write the folder' "$lab/file"
}

@test "boot: from a folder, or what is carried, and not with other things" {
    mkdir "$BATS_TEST_TMPDIR/card"
    for option in --uboot --carried; do
        run "$real/osstest/boot" --board virt-gicv3 --pcpus 1 --out "$BATS_TEST_TMPDIR/out" $option "$BATS_TEST_TMPDIR/nowhere"
        [[ $status == 2 ]]
        holds "no $BATS_TEST_TMPDIR/nowhere"
        for other in '--xen x' '--dom0 x' --files-only "--uboot x --carried x"; do
            # shellcheck disable=SC2086  # several words
            run "$real/osstest/boot" --board virt-gicv3 --pcpus 1 --out "$BATS_TEST_TMPDIR/out" $option "$BATS_TEST_TMPDIR/card" $other
            [[ $status == 2 ]]
            holds 'There are two things to boot'
        done
    done
    run "$real/osstest/boot" --board virt-gicv3 --pcpus 1 --out "$BATS_TEST_TMPDIR/out" --carried "$BATS_TEST_TMPDIR/card"
    [[ $status == 2 ]]
    holds "no $BATS_TEST_TMPDIR/card/xen"
}
