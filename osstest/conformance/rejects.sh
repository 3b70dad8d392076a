# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=dash disable=SC3043
#
# For the dom0 of ts-conformance, beside linux/dom0/lib.sh.

# rejects EMULATOR WRONG WHY CASE…: as one that gets WRONG wrong fails these, and says WHY.
rejects() {
    local emulator=$1 wrong=$2 why=$3 logs=/run/conformance-$2 name line
    shift 3
    wrong=$wrong KIT_LOGS=$logs /conformance/kit "/conformance/emulators/$emulator" "$@" >/run/rejected
    for name in "$@"; do
        line=$(grep "^[a-zA-Z]* $name " /run/rejected)
        case $line in
            "FAIL $name "*"$why"*) line="ok rejects/$wrong/$name ${line#FAIL "$name" }" ;;
            *) line="FAIL rejects/$wrong/$name ${line:-$(tail -n 1 /run/rejected)}" ;;
        esac
        say "$line"
        echo "$line"
    done
}
