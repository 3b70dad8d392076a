# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# A run of build-xen.sh: what the user sees of it, and how it ends.

readonly EX_BUILD=1 EX_USAGE=2 EX_MISSING=3 EX_SOURCE=4 EX_PATCH=5 EX_WRITE=6

log=/dev/null work=. out=. scratch='' name='' installing='' building=''

# Whether a disk is full: a command said so, or it is now.
no_room() {
    grep -qE 'No space left on device|Disk quota exceeded' "$log" ||
        df --output=avail "$work" "$out" 2>/dev/null |
        awk 'NR > 1 && $1 < 1024 { full = 1 } END { exit !full }'
}

# die STATUS FAILED FOUND WANTED DO
die() {
    local status=$1 failed=$2 found=$3 wanted=$4 todo=$5
    trap - ERR
    # Whatever fails on a full disk, it is the disk.
    if ((status == EX_BUILD || status == EX_SOURCE || status == EX_PATCH)) && no_room; then
        status=$EX_WRITE found="no room on a disk:
$(df -h "$work" "$out" 2>&1)" wanted="room for 500 MB in $work and 4 MB in $out" \
            todo='Make room, clone this elsewhere, or name another folder with --out DIR.'
    fi
    block "$failed" "$found" "$wanted" "$todo" | tee -a "$log" >&2 2>/dev/null || true
    exit "$status"
}

# What fails in a subshell is said by the shell that wanted its result.
# shellcheck disable=SC2119
unexpected() {
    ((BASH_SUBSHELL == 0)) || exit "$1"
    die "$EX_BUILD" "build-xen.sh failed where it should not: $2." "$3: status $1
$(log_tail)" 'success' "Please report this, with the log: $log"
}

step() {
    say "$*" | tee -a "$log" 2>/dev/null || true
}

# What belongs to the step before.
detail() {
    printf '       %s\n' "$*" | tee -a "$log" 2>/dev/null || true
}

# Runs a command into the log; every ten seconds says that it still runs. It has
# a process group of its own, so that it can be ended with all that it started;
# but sudo needs the terminal's, and packages are installed to the end.
logged() {
    local pid status=0 start=$SECONDS group=(setsid)
    [[ -z $installing ]] || group=()
    printf '$ %s\n' "$*" 2>/dev/null >>"$log" || true
    "${group[@]}" "$@" >>"$log" 2>&1 </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        if ((SECONDS - start >= 10)); then
            start=$SECONDS
            printf '%s   … %s\n' "$(elapsed)" "$(tail -n 1 "$log" | cut -c1-68)"
        fi
        sleep 0.2
    done
    wait "$pid" || status=$?
    return "$status"
}

# shellcheck disable=SC2120
log_tail() {
    tail -n "${1:-12}" "$log" | cut -c1-240
}

leave() {
    local status=$?
    [[ -z $building ]] || rm -f -- "$building"
    [[ -z $scratch ]] || rm -rf -- "$scratch" "$out/.$name.new" || true
    exit "$status"
}
interrupted() {
    trap '' INT TERM HUP
    trap - ERR
    set +e
    printf '\n*** Interrupted. What is finished is kept; run the same command again.\n' >&2
    local child tries=0
    child=$(jobs -pr)
    if [[ -n $installing ]]; then
        # A killed apt-get would leave packages half configured.
        printf '*** Waiting for apt-get to end.\n' >&2
    elif [[ -n $child ]]; then
        kill -- "-$child" 2>/dev/null || kill "$child"
    fi
    wait
    # make does not wait for what its shells have started.
    while [[ -n $child ]] && kill -0 -- "-$child" 2>/dev/null && ((tries++ < 50)); do
        sleep 0.1
    done
    exit 130
}
trap 'unexpected $? "${BASH_SOURCE[0]##*/} line $LINENO" "$BASH_COMMAND"' ERR
