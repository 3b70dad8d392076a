# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034
#
# How a step begins. The one that sources this is a step. From `Usage:` on the comment
# at its top is what --help prints. Its arguments are a job's folder, in $jobdir then,
# and runvars, in `rv`; -v is verbose=y. What matches $also, if a step has set that,
# goes to `others`.

here=$(cd -- "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")" && pwd -P)
repo=$(dirname -- "$here")
# shellcheck source=osstest/lib.sh
source "$here/lib.sh"
# shellcheck source=osstest/need.sh
source "$here/need.sh"
# shellcheck source=osstest/runvars.sh
source "$here/runvars.sh"

usage() {
    sed -n '/^# Usage:/,/^$/s/^# \{0,1\}//p' "$0"
}

# need_built PATH…: what building the job's Xen leaves is there.
need_built() {
    local path
    for path; do
        [[ -e $path ]] || die "There is no $(xen_name)." "no $path" 'what a build of it leaves' \
            "./build-xen.sh $(build_options | paste -sd' ')"
    done
}

step_begins() {
    local argument arguments=()
    for argument in "$@"; do
        # shellcheck disable=SC2254  # a glob
        case $argument in
            -h | --help) usage; exit 0 ;;
            -v) arguments+=(verbose=y) ;;
            -*) usage >&2; exit 2 ;;
            ${also-}) others+=("$argument") ;;
            *) arguments+=("$argument") ;;
        esac
    done
    (($#)) || { usage >&2; exit 2; }
    read_runvars "${arguments[@]}"
}
others=()
step_begins "$@"
