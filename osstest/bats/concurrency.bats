#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Several runs in one checkout.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# hold: holds the lock of the checkout, as a run does that takes long, in $holder.
hold() {
    bash -c 'exec 9<"$1" && flock 9 && touch "$2" && exec sleep 600' hold \
        "$checkout/.build/lock" "$BATS_TEST_TMPDIR/held" 3>&- &
    holder=$!
    soon test -e "$BATS_TEST_TMPDIR/held"
}

# start NUMBER: a run, in $pid.
start() {
    env "${env[@]}" "$checkout/build-xen.sh" --offline >"$BATS_TEST_TMPDIR/said.$1" 2>&1 </dev/null 3>&- &
    pid=$!
}

# ended NUMBER PID: its status and output.
ended() {
    status=0
    wait "$2" || status=$?
    output=$(<"$BATS_TEST_TMPDIR/said.$1")
}

@test "concurrency: a run waits for another, says so, and then builds" {
    hold
    start 1
    soon grep -q 'Another build runs in this checkout' "$BATS_TEST_TMPDIR/said.1"
    sleep 1
    [[ $(tail -n 1 "$BATS_TEST_TMPDIR/said.1") == *'Another build runs'* ]] || complain 'It does not wait.'
    kill "$holder"
    ended 1 "$pid"
    is_good "$checkout/out"
}

@test "concurrency: two at once both succeed" {
    local pids=()
    quick
    renew
    # The first is at work until the second has come.
    sed -i "3itimeout 300 sh -c 'until grep -q \"Another build runs\" $BATS_TEST_TMPDIR/said.*; do sleep 0.1; done'" "$fakes/make"
    for n in 1 2; do
        start "$n"
        pids[n]=$pid
    done
    for n in 1 2; do
        ended "$n" "${pids[n]}"
        ends_with 0
        says 'Built Xen 4.20'
    done
    nothing_left
    is_good "$checkout/out"
    # One of them did the work, after it or before it the other found it done.
    [[ $(cat "$BATS_TEST_TMPDIR"/said.* | grep -c 'Applying [0-9]* patches') == 1 ]]
    [[ $(cat "$BATS_TEST_TMPDIR"/said.* | grep -c 'Another build runs') == 1 ]]
}

@test "concurrency: a run that waits can be interrupted" {
    hold
    interrupt INT 'Another build runs' --offline
    ends_with 130
    kill "$holder"
    wait
    nothing_changed
}
