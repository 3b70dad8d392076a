# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Runs the battery with a command that boots it, and judges its console. The one that
# sources this has sourced step.sh.

# shellcheck source=osstest/console.sh
source "$here/console.sh"

# battery_files: sees that there is what is to be booted, in $xen and $guests.
battery_files() {
    xen=$(xen_dir)/xen
    guests=$(guest_dir)
    to_boot "$xen" "$guests"/{dom0,domu}.img
}

# battery LOGS COMMAND…: runs the command, which boots with its console in
# LOGS/console.log and on its standard output, and ends as osstest/boot does.
# Prints what the battery says. The step ends here if that went wrong.
battery() {
    local logs=$1 begin passed failed end
    console=$logs/console.log
    # The guests' lines as results.
    boot_and_wait 's/^TEST [0-9]+ ([^ ]+) (ok|FAIL) (.*)/\2 \1 \3/; t; /^(BATTERY|FAULT) /b' "${@:2}"

    begin=$(said '^BATTERY begin ' | sed -n 's/.* tests=\([0-9]*\).*/\1/p')
    if [[ -z $begin ]]; then
        look '^TEST .* FAIL '
        ((status == 0)) || say 'The machine ran out of time'
        die 'The battery never began.' 'no line BATTERY begin on the console' 'one' \
            "Read $console, and what else is in $logs."
    fi
    read -r passed failed < <(on_console | awk '$1 == "TEST" { n[$4]++ } END { print n["ok"] + 0, n["FAIL"] + 0 }')
    end=$(said '^BATTERY end ')
    if ((status == 0 && failed == 0 && passed == begin)) && [[ $end == "BATTERY end passed=$passed failed=0" ]]; then
        say "$passed of $begin tests passed; the console is $console"
    else
        # The battery did not get to report a failure itself.
        ((failed)) || echo "FAIL battery/end passed=$passed of=$begin end='${end:-none}' boot=$status"
        look '^TEST .* FAIL '
        return 1
    fi
}
