#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# run: flights, what jobs need of each other, the end.

# shellcheck disable=SC2016  # a step expands it, not this script
load helpers

# The last line that is printed is the count, alone.
closing() {
    [[ ${lines[-1]} == "$1" ]] || { printf 'wanted: %s\nfound:  %s\n' "$1" "$output"; return 1; }
}

@test "a flight that passes" {
    flight 'a recipe=pass' 'b recipe=slow needs=a'
    run osstest/run
    [ "$status" -eq 0 ]
    holds '1/2 a' '2/2 b'
    closing '3 passed, 0 failed'
    [ -s out/osstest/smoke/index.html ]
    [ -s out/osstest/smoke/junit.xml ]
}

@test "what the jobs need of this machine is seen to first" {
    flight 'a recipe=pass'
    run osstest/run
    file_is build-xen.sh.asked '--prepare --with-tests'
}

@test "where that cannot be had nothing runs, and what there was of results stays" {
    flight 'a recipe=pass'
    run osstest/run
    printf '#!/bin/bash\necho "*** no qemu"; exit 3\n' >build-xen.sh
    run osstest/run
    [ "$status" -eq 2 ]
    holds 'no qemu'
    [[ $output != *ts-pass* ]]
    file_is out/osstest/smoke/a/status pass
    [ ! -e out/osstest/smoke.old ]
}

@test "a job that fails is counted, and the next runs all the same" {
    flight 'a recipe=fail' 'b recipe=pass'
    run osstest/run
    [ "$status" -eq 1 ]
    closing '3 passed, 1 failed'
}

@test "what needs a job that did not pass is blocked, and says so" {
    flight 'a recipe=broken' 'b recipe=pass needs=a'
    run osstest/run
    [ "$status" -eq 1 ]
    holds 'it needs a: broken'
    file_is out/osstest/smoke/b/status blocked
    [[ $output != *'ts-pass'* ]]
}

@test "a chosen job runs after what it needs, and without it if asked" {
    flight 'a recipe=pass' 'b recipe=slow needs=a' 'c recipe=fail'
    run osstest/run b
    [ "$status" -eq 0 ]
    holds '1/2 a' '2/2 b'
    run osstest/run --no-needs b
    holds '1/1 b'
    [ -d out/osstest/standalone/b ]
    [ -d out/osstest/standalone.old/a ]
}

@test "a job that cannot be run as its recipe says is counted" {
    flight 'a recipe=none' 'b recipe=pass'
    run osstest/run
    [ "$status" -eq 1 ]
    holds 'recipes/none: no such file' '2 passed, 1 failed'
    file_is out/osstest/smoke/a/status broken
}

@test "a pattern that matches nothing" {
    flight 'a recipe=pass'
    run osstest/run 'x*'
    [ "$status" -eq 2 ]
    holds 'No job to run.' 'found:  x*'
}

@test "--list names the jobs and runs none" {
    flight 'a recipe=fail' 'b recipe=pass needs=a'
    run osstest/run --list
    [ "$status" -eq 0 ]
    [ "$output" == $'a\nb' ]
    [ ! -e out ]
}

@test "an unknown option" {
    run osstest/run --nosuch
    [ "$status" -eq 2 ]
    holds Usage:
}

@test "it says how long a job took last time, and what is to go" {
    flight 'a recipe=pass' 'b recipe=pass'
    run osstest/run
    holds 'a (to go: 2 never timed)'
    run osstest/run
    holds 'a (last time 0:0' '; to go: about 0:0'
    step long 'sleep 2'
    flight 'a recipe=long' 'b recipe=pass'
    run osstest/run
    flight 'a recipe=long' 'b recipe=pass' 'c recipe=pass'
    run osstest/run
    holds 'a (last time 0:0' '; to go: about 0:0' ', and 1 never timed)'
}

@test "cached jobs are not counted" {
    flight 'a recipe=slow' 'b recipe=pass'
    run osstest/run
    closing '3 passed, 0 failed'
    run osstest/run
    [ "$status" -eq 0 ]
    closing '2 passed, 0 failed, 1 skipped'
}

@test "an interrupted run ends what it started, reports, and exits with 130" {
    step long 'sleep 613 & echo $! >"$1/child"; wait'
    flight 'a recipe=pass' 'b recipe=long' 'c recipe=pass needs=b'
    osstest/run >said 2>&1 3>&- &
    pid=$!
    soon test -s out/osstest/smoke/b/child
    child=$(<out/osstest/smoke/b/child)
    kill -TERM "$pid"
    ended=0
    wait "$pid" || ended=$?
    [ "$ended" -eq 130 ]
    soon gone "$child"
    grep -F 'Interrupted' said
    file_is out/osstest/smoke/b/status interrupted
    [ -s out/osstest/smoke/index.html ]
    [ ! -e out/osstest/smoke/c ]
}

@test "an interrupted run ends all jobs that are at work" {
    step long 'sleep 614 & echo $! >"$1/child"; wait'
    flight 'a recipe=long' 'b recipe=long'
    osstest/run -j 2 >said 2>&1 3>&- &
    pid=$!
    for job in a b; do
        soon test -s "out/osstest/smoke/$job/child"
    done
    kill -TERM "$pid"
    wait "$pid" || true
    for job in a b; do
        file_is out/osstest/smoke/$job/status interrupted
        soon gone "$(<out/osstest/smoke/$job/child)"
    done
}

# A job that passes if another is at work beside it. It waits for that for $tries tenths
# of a second: long where the other will come, so that it may be late.
meets() {
    step "$1" 'touch met-'"$1"'; for ((i = 0; i < ${tries:-30}; i++)); do [ -e met-'"$2"' ] && exec echo "ok met"; sleep 0.1; done; echo "FAIL met nobody"; exit 1'
}

@test "jobs run side by side, as many as are asked for" {
    meets one two
    meets two one
    flight 'a recipe=one' 'b recipe=two'
    tries=3000 run osstest/run -j 2
    closing '2 passed, 0 failed'
    rm met-*
    run osstest/run -j 1
    [ "$status" -eq 1 ]
    closing '1 passed, 1 failed'
    for wrong in 0 x ''; do
        run osstest/run -j "$wrong"
        [ "$status" -eq 2 ]
    done
}

@test "a job that is to be alone has no other beside it, before or after" {
    meets one two
    meets two one
    flight 'a recipe=one' 'b recipe=two'
    for one in one two; do
        echo alone >>"osstest/recipes/$one"
        run osstest/run -j 2
        closing '1 passed, 1 failed'
        rm met-*
        sed -i /alone/d "osstest/recipes/$one"
    done
}

@test "a job that is to be apart has beside it only another that is" {
    meets one two
    meets two one
    flight 'a recipe=one' 'b recipe=two'
    echo apart >>osstest/recipes/one
    run osstest/run -j 2
    closing '1 passed, 1 failed'
    rm met-*
    echo apart >>osstest/recipes/two
    tries=3000 run osstest/run -j 2
    closing '2 passed, 0 failed'
    rm met-*
    sed -i s/apart/alone/ osstest/recipes/one
    run osstest/run -j 2
    closing '1 passed, 1 failed'
}

@test "a job waits for what it needs, and others need not" {
    step slowly 'for ((i = 0; i < 3000; i++)); do [ ! -e begun ] || break; sleep 0.1; done; touch there; echo "ok made"'
    step after '[ -e there ] && echo "ok found" || { echo "FAIL too early"; exit 1; }'
    step before '[ -e there ] && { echo "FAIL waited"; exit 1; } || touch begun; echo "ok immediately"'
    flight 'a recipe=slowly' 'b recipe=after needs=a' 'c recipe=before'
    run osstest/run -j 2
    closing '3 passed, 0 failed'
}

@test "two runs in one checkout: the second waits" {
    step long 'until [ -e go ]; do sleep 0.1; done; echo "ok long"'
    flight 'a recipe=long'
    osstest/run >first 2>&1 3>&- &
    first=$!
    soon grep -q '1/1 a' first
    osstest/run >second 2>&1 3>&- &
    soon grep -q 'waiting for it to end' second
    touch go
    wait "$first"
    wait $!
}

@test "two runs in one checkout, where build-xen.sh puts another .build: the second waits" {
    printf '#!/bin/bash\n[[ -L .build ]] || { rm -rf .build; mkdir other; ln -s other .build; }\n' >build-xen.sh
    step long 'until [ -e go ]; do sleep 0.1; done; echo "ok long"'
    flight 'a recipe=long'
    osstest/run >first 2>&1 3>&- &
    first=$!
    soon test -d out/osstest/smoke/a
    osstest/run >second 2>&1 3>&- &
    soon grep -q 'waiting for it to end' second
    touch go
    wait "$first"
    wait $!
}
