# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Runs the battery with a command that boots it, and judges its console. The one that
# sources this has sourced lib.sh and runvars.sh, and called read_runvars.

# battery_files: sees that there is what is to be booted, in $xen and $guests.
battery_files() {
    xen=$(xen_dir)/xen
    guests=$(guest_dir)
    [[ -f $xen ]] ||
        die 'There is no Xen to boot.' "no $xen" 'a hypervisor' \
            "./build-xen.sh $(build_options | paste -sd' ')"
    [[ -f $guests/dom0.img && -f $guests/domu.img ]] ||
        die 'There are no guests to boot.' "no dom0.img and domu.img in $guests" 'both' \
            "osstest/ts-guest-build $jobdir"
}

# battery LOGS COMMAND…: runs the command, which boots with its console in
# LOGS/console.log and on its standard output, and ends as osstest/boot does.
# Prints what the battery says. The step ends here if that went wrong.
battery() {
    local logs=$1 console=$1/console.log results printing
    shift
    # The guests' lines as results, and whatever else there is if that is wanted.
    results='s/^TEST [0-9]+ ([^ ]+) (ok|FAIL) (.*)/\2 \1 \3/; t; /^(BATTERY|FAULT) /b'
    [[ ${rv[verbose]} == y ]] || results+='; d'

    booting=''
    trap battery_stop EXIT
    trap 'exit 130' INT TERM HUP
    exec 3> >(sed -u -E "$results")
    printing=$!
    "$@" >&3 &
    booting=$!
    exec 3>&-
    status=0
    wait "$booting" || status=$?
    booting=''
    wait "$printing"
    battery_verdict
}

# shellcheck disable=SC2317  # the trap calls it
battery_stop() {
    trap '' INT TERM HUP
    [[ -z $booting ]] || kill "$booting" 2>/dev/null || true
    wait
}

battery_lines() { grep -E "$1" < <(tr -d '\r' <"$console") || true; }

# battery_look: which line of the console to read, and how it ends.
battery_look() {
    local at
    at=$(grep -nE -m 1 '^TEST .* FAIL |^FAULT |^\(XEN\) .*(Panic|Assertion|BUG)' "$console" | cut -d: -f1) || true
    echo "Line ${at:-$(wc -l <"$console")} of $console; its last:"
    tail -n 20 -- "$console" | tr -d '\r' | sed 's/^/    /'
}

battery_verdict() {
    local begin passed failed end
    ((status != 130)) || exit 130
    ((status == 0 || status == 3)) || exit 2
    begin=$(battery_lines '^BATTERY begin ' | sed -n 's/.* tests=\([0-9]*\).*/\1/p')
    if [[ -z $begin ]]; then
        battery_look
        ((status == 0)) || say 'The machine ran out of time'
        die 'The battery never began.' 'no line BATTERY begin on the console' 'one' \
            "Read $console, and what else is in $logs."
    fi
    passed=$(battery_lines '^TEST [0-9]+ [^ ]+ ok ' | wc -l)
    failed=$(battery_lines '^TEST [0-9]+ [^ ]+ FAIL ' | wc -l)
    end=$(battery_lines '^BATTERY end ')
    if ((status == 0 && failed == 0 && passed == begin)) && [[ $end == "BATTERY end passed=$passed failed=0" ]]; then
        say "$passed of $begin tests passed; the console is $console"
    else
        # The battery did not get to report a failure itself.
        ((failed)) || echo "FAIL battery/end passed=$passed of=$begin end='${end:-none}' boot=$status"
        battery_look
        return 1
    fi
}
