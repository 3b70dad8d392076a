# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# Boots a Linux dom0, and reads from its console what its scenarios found. The one that
# sources this has read the runvars, and sets linux, the folder with its kernel; xen, the
# hypervisor; and logs, where the console goes.
#
# A step sets for `judge` what must fail, or nothing: must_fail, how, failed_by and what.

# shellcheck source=osstest/console.sh
source "$here/console.sh"
console=$logs/console.log
readonly failed='^# .* FAIL |Kernel panic|Oops'

# there_is_a_linux RAMDISK STEP: which STEP makes.
there_is_a_linux() {
    local file
    for file in "$linux/kernel" "$1"; do
        [[ -f $file ]] || die 'There is no Linux to boot.' "no $file" 'it' "osstest/$2 $jobdir"
    done
    to_boot "$xen"
}

# boot_dom0 RAMDISK [WORD…]: with these on its command line. Sets `status`, with which
# the boot ended; `results`, a line each; and how many dom0 has `announced`.
boot_dom0() {
    local ramdisk=$1
    shift
    # What is shown while it runs: the steps that dom0 prints.
    boot_and_wait '/^# /b' "$here/boot" --board "${rv[board]}" --xen "$xen" --pcpus "${rv[pcpus]}" --out "$logs" \
        --dom0 "$linux/kernel" --dom0-ramdisk "$ramdisk" --dom0-mem 768M --memory 2G \
        --dom0-args "console=hvc0 quiet osstest-xen=${rv[hypervisor]} $*" --timeout 600 -v
    results=$(on_console | sed -n 's/^RESULT //p')
    announced=$(on_console | sed -n 's/^OSSTEST end //p')
}

# all_results_are_there NAME: or else the step ends here, as NAME/end failed; without
# a dom0, nothing was tested.
all_results_are_there() {
    if ((status == 0)) && [[ $announced && $(grep -c . <<<"$results") -eq $announced ]]; then
        return 0
    fi
    look "$failed"
    if ! grep -q '^OSSTEST begin' "$console"; then
        die 'Dom0 did not come up.' "boot ended with $status" 'a line OSSTEST begin on the console' \
            "Read $console, and $logs/qemu.log."
    fi
    printf '%s\n' "$results" | grep . || true
    echo "FAIL $1/end $(grep -c . <<<"$results") of ${announced:-?} results; boot ended with $status"
    exit 1
}

# judge: ends the step by the results: all have passed, or only $must_fail has failed,
# $how, as it must in $what; then it says that $what was $failed_by it.
judge() {
    if [[ $must_fail ]]; then
        printf '%s\n' "$results" | sed 's/^/    /'
        if grep -qE "^FAIL $must_fail .*$how" <<<"$results" &&
            [[ $(grep -c '^FAIL' <<<"$results") == 1 ]]; then
            echo "ok $what $failed_by $(sed -n "s/^FAIL //p" <<<"$results")"
            exit 0
        fi
        look "$failed"
        echo "FAIL $what not $failed_by $must_fail"
        exit 1
    fi
    printf '%s\n' "$results"
    if grep -q '^FAIL ' <<<"$results"; then
        look "$failed"
        exit 1
    fi
    say "$(grep -c '^ok ' <<<"$results") scenarios passed; the console is $console"
    exit 0
}
