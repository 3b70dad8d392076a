# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash

# soon COMMAND…: it succeeds within five minutes. Nothing takes so long, but on a
# machine that is busy with other things.
soon() {
    local tries
    for ((tries = 0; tries < 3000; tries++)); do
        ! "$@" || return 0
        sleep 0.1
    done
    echo "This does not succeed: $*"
    return 1
}
