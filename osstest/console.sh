# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the steps share that boot a machine, wait for its end and read its console, which
# is the file $console then. The one that sources this has sourced step.sh.

# to_boot FILE…: sees that they are there.
to_boot() {
    local file
    for file; do
        [[ -f $file ]] || die 'Something to boot is missing.' "no $file" 'it' \
            "osstest/run builds what a job needs; by hand: ./build-xen.sh $(build_options | paste -sd' '), osstest/ts-guest-build, osstest/ts-mutant-build."
    done
}

# boot_and_wait SED COMMAND…: runs the command, which boots and ends as osstest/boot does;
# how it ended is in $status, 0 or 3. Shows what it prints that the SED script takes, as
# that changes it, by a branch: all else is deleted, unless verbose=y. The step ends here
# if it was interrupted, or the machine could not start.
boot_and_wait() {
    local script=${1:+$1; }d printing
    shift
    [[ ${rv[verbose]} != y ]] || script=${script%d}
    booting=''
    trap stop_booting EXIT
    trap 'exit 130' INT TERM HUP
    exec 3> >(sed -u -E "$script")
    printing=$!
    "$@" >&3 &
    booting=$!
    exec 3>&-
    status=0
    wait "$booting" || status=$?
    booting=''
    wait "$printing" || true
    ((status != 130)) || exit 130
    ((status == 0 || status == 3)) || exit 2
}
# shellcheck disable=SC2317  # the trap calls it
stop_booting() {
    trap '' INT TERM HUP
    [[ ! $booting ]] || kill "$booting" 2>/dev/null || true
    wait
}

# What Xen and the guests say when they are at their end.
readonly at_its_end='^\(XEN\) .*(Panic on CPU|Assertion .* failed|Xen BUG at)|^FAULT '

# on_console: what is there, as lines.
on_console() { tr -d '\r' <"$console"; }

# said REGEX: the first such line of the console.
said() { grep -aE -m 1 -- "$1" < <(on_console) || true; }

# look REGEX: which line of the console to read, the first such or the first of what ends
# a machine, and how it ends.
look() {
    local at
    at=$(grep -anE -m 1 -- "$1|$at_its_end" "$console" | cut -d: -f1) || true
    echo "Line ${at:-$(wc -l <"$console")} of $console; its last:"
    on_console | tail -n 20 | sed 's/^/    /'
}
