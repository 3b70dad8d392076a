#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# sg-run-job: what becomes of a job.

# shellcheck disable=SC2016,SC2154  # a step expands it, not this script; helpers sets lab
load helpers

@test "a job that passes" {
    flight 'a recipe=pass,skip arch=arm32'
    run osstest/sg-run-job a
    [ "$status" -eq 0 ]
    holds 'ts-pass (2 passed' 'ts-skip (1 passed, 1 skipped' 'no such hardware'
    file_is out/osstest/standalone/a/status pass
    file_is out/osstest/standalone/a/tests "1	ok	first	1 of 2
1	ok	second	
2	ok	first	
2	skip	second	no such hardware"
    grep -x arch=arm32 out/osstest/standalone/a/runvars
}

@test "a test that fails ends the job, and it says which line of which log to read" {
    flight 'a recipe=pass,fail,skip'
    run osstest/sg-run-job a
    [ "$status" -eq 1 ]
    holds "line 2 of $lab/out/osstest/standalone/a/02-ts-fail.log" 'FAIL second was 1, wanted 2'
    [[ $output != *ts-skip* ]]
    file_is out/osstest/standalone/a/status fail
    grep -F '02-ts-fail.log' out/osstest/standalone/a/why
}

@test "a step that cannot do its work is broken" {
    flight 'a recipe=broken'
    run osstest/sg-run-job a
    [ "$status" -eq 2 ]
    holds 'Nothing to test.' 'line 1 of'
    file_is out/osstest/standalone/a/status broken
}

@test "a step that is missing is broken" {
    flight 'a recipe=pass,missing'
    run osstest/sg-run-job a
    [ "$status" -eq 2 ]
    holds 'cannot be run as its recipe says' 'recipes/pass,missing: ts-missing' 'a program of osstest'
    file_is out/osstest/standalone/a/status broken
}

@test "a test that fails counts, whatever its step says" {
    flight 'a recipe=liar'
    run osstest/sg-run-job a
    [ "$status" -eq 1 ]
    file_is out/osstest/standalone/a/status fail
}

@test "an unsupported job is not run, and says why" {
    flight 'a recipe=pass unsupported=there is no such machine'
    run osstest/sg-run-job a
    [ "$status" -eq 0 ]
    holds 'there is no such machine'
    file_is out/osstest/standalone/a/status unsupported
    [ ! -s out/osstest/standalone/a/steps ]
}

@test "an unknown job" {
    flight 'a recipe=pass'
    run osstest/sg-run-job b
    [ "$status" -eq 2 ]
    holds 'There is no such job.' 'found:  b'
}

@test "an unknown recipe" {
    flight 'a recipe=none'
    run osstest/sg-run-job a
    [ "$status" -eq 2 ]
    holds 'recipes/none: no such file'
    file_is out/osstest/standalone/a/status broken
    touch osstest/recipes/none
    run osstest/sg-run-job a
    [ "$status" -eq 2 ]
    holds 'recipes/none: no step'
    grep -q 'recipes/none: no step' out/osstest/standalone/a/why
}

@test "runvars that are given count, and those that there are not are refused" {
    step seed 'source osstest/lib.sh; source osstest/runvars.sh; read_runvars "$@"; echo "ok seed ${rv[seed]} ${rv[arch]}"'
    flight 'a recipe=seed seed=1'
    run osstest/sg-run-job a seed=7
    [ "$status" -eq 0 ]
    file_is out/osstest/standalone/a/tests "1	ok	seed	7 arm64"
    run osstest/sg-run-job a sede=7
    [ "$status" -eq 2 ]
    holds 'Not a runvar.' 'sede=7'
}

@test "what has passed is cached while its input files are the same" {
    flight 'a recipe=slow'
    run osstest/sg-run-job a
    holds 'ts-slow (1 passed'
    run osstest/sg-run-job a
    [ "$status" -eq 0 ]
    holds 'cached' '1 passed with the same files' --again
    file_is out/osstest/standalone/a/status cached
    run osstest/sg-run-job --again a
    holds 'ts-slow (1 passed'
    step slow 'echo "ok slow as well"'
    run osstest/sg-run-job a
    holds 'ts-slow (1 passed'
}

@test "what has failed is not cached" {
    flight 'a recipe=slow'
    step slow 'echo "FAIL slow"; exit 1'
    run osstest/sg-run-job a
    run osstest/sg-run-job a
    [ "$status" -eq 1 ]
}

@test "an interrupted job ends its step with all that it started, and nothing else" {
    sleep 600 &
    other=$!
    step long 'sleep 611 & echo $! >"$1/child"; sleep 612'
    flight 'a recipe=pass,long'
    osstest/sg-run-job a 3>&- &
    job=$!
    soon test -s out/osstest/standalone/a/child
    child=$(<out/osstest/standalone/a/child)
    kill -0 "$child"
    kill -TERM "$job"
    ended=0
    wait "$job" || ended=$?
    [ "$ended" -eq 130 ]
    soon gone "$child"
    kill "$other"
    file_is out/osstest/standalone/a/status interrupted
    [[ $(cut -f 2 out/osstest/standalone/a/steps | paste -sd' ') == 'pass interrupted' ]]
}
