#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Several runs in one checkout.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

@test "concurrency: a run waits for another, says so, and then builds" {
    # Its holder: a run that takes long.
    flock "$checkout/.build/lock" sleep 2 3>&- &
    sleep 0.3
    SECONDS=0
    build --offline
    wait
    ((SECONDS >= 1)) || complain 'It did not wait.'
    says 'Another build runs in this checkout'
    is_good "$checkout/out"
}

@test "concurrency: two at once both succeed" {
    quick
    renew
    for n in 1 2; do
        env "${env[@]}" "$checkout/build-xen.sh" --offline >"$BATS_TEST_TMPDIR/said.$n" 2>&1 </dev/null 3>&- &
        pids[n]=$!
    done
    for n in 1 2; do
        status=0
        wait "${pids[n]}" || status=$?
        output=$(cat "$BATS_TEST_TMPDIR/said.$n")
        is_good_of_two
    done
    nothing_left
    is_good "$checkout/out"
    # One of them did the work, after it or before it the other found it done.
    [[ $(cat "$BATS_TEST_TMPDIR"/said.* | grep -c 'Applying [0-9]* patches') == 1 ]]
    [[ $(cat "$BATS_TEST_TMPDIR"/said.* | grep -c 'Another build runs') == 1 ]]
}
is_good_of_two() {
    ends_with 0 || return
    says 'Built Xen 4.20'
}

@test "concurrency: a run that waits can be interrupted" {
    flock "$checkout/.build/lock" sleep 3 3>&- &
    sleep 0.3
    interrupt INT 'Another build runs' --offline
    ends_with 130
    wait
    nothing_changed
}
