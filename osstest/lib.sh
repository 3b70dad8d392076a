# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What run and the steps share: how they speak and how they count.

passed=0
failed=0

elapsed() {
    printf '[%d:%02d]' $((SECONDS / 60)) $((SECONDS % 60))
}

say() {
    printf '%s %s\n' "$(elapsed)" "$*"
}

# pass|fail JOB TEXT: one line for each test, for people and for grep.
pass() {
    passed=$((passed + 1))
    printf 'ok    %-26s %s\n' "$1" "$2"
}

fail() {
    failed=$((failed + 1))
    printf 'FAIL  %-26s %s\n' "$1" "$2"
}

# One block for what is no test result: what failed, found, wanted, what to do.
die() {
    printf '***\n*** %s\n***   found:  %s\n***   wanted: %s\n***   do:     %s\n***\n' "$@" >&2
    exit 2
}
