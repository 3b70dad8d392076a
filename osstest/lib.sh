# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What run, sg-run-job and the steps share: how they print, copies of the project,
# input stamps, and the results of tests. The one that sources this sets repo.

# shellcheck source=patches/build/say.sh
source "$repo/patches/build/say.sh"
# shellcheck source=patches/build/arch.sh
source "$repo/patches/build/arch.sh"
# shellcheck source=patches/build/beside.sh
source "$repo/patches/build/beside.sh"
use_beside "$repo/.build/beside"

# progress PID DIR: until that process ends, prints every ten seconds how far it is:
# the last line of the log below DIR that was written last. Where others say the same
# of themselves meanwhile, it names the job.
progress() {
    local said=$SECONDS newest of=''
    [[ ! ${OSSTEST_SIDE_BY_SIDE-} ]] || of="${2##*/}: "
    while kill -0 "$1" 2>/dev/null; do
        if ((SECONDS - said >= 10)); then
            said=$SECONDS
            newest=$(find "$2" -name '*.log' -size +0 -printf '%T@ %p\n' | sort -n | tail -n 1)
            [[ ! $newest ]] || say "  … $of$(tail -n 1 -- "${newest#* }" | tr -d '\r' | cut -c1-64)"
        fi
        sleep 0.1
    done
}

# die FAILED FOUND WANTED DO: for an error that is no test result.
die() {
    block "$@" >&2
    exit 2
}

# use_rust ARCH: the compiler with which build-xen.sh compiles for ARCH, which can
# also be a target of rustc's, and the cargo beside it.
use_rust() {
    local found
    found=$("$repo/cbits/rust-is-available.sh" "$1") || exit 2
    # shellcheck source=/dev/null
    source <(printf '%s\n' "$found")
    CARGO=${CARGO:-${RUSTC%/*}/cargo}
    [[ -x $CARGO ]] ||
        die 'There is no cargo for the tests.' "no $CARGO" "the cargo of $RUSTC" \
            './build-xen.sh --prepare --with-tests installs it; or name one with CARGO.'
    export CARGO RUSTC
    # What cargo needs where core is to be compiled as well.
    build_std=()
    [[ ! $RUST_CORE_SRC ]] || build_std=(-Zbuild-std=core)
}

# build_tool NAME: the program of osstest/NAME, whose path is then in `tool`.
build_tool() {
    "${CARGO:-cargo}" build --quiet --locked --package "$1" --manifest-path "$repo/Cargo.toml" \
        --target-dir "$repo/.build/cargo" ||
        die "osstest/$1 does not build." 'what cargo says above' 'a program' 'Mend what it names.'
    tool=$repo/.build/cargo/debug/$1
}

# What building Xen takes of this project.
parts=(Cargo.toml Cargo.lock xen-rs ffi cbits patches build-xen.sh)

# The other members of the workspace, which is not whole without them.
members() {
    sed -n 's/^members = \[\(.*\)\]/\1/p' "$repo/Cargo.toml" | tr -d '" ' | tr ',' '\n' | grep /
}

# copy_project DIR: a copy of it, to be changed or built there.
copy_project() {
    local others
    mapfile -t others < <(members)
    tar -C "$repo" --exclude=target -cf - "${parts[@]}" "${others[@]}" | tar -C "$1" -xf -
}

# An input stamp is a text that differs as soon as an input does. What is cached has the
# one that it was made with beside it.

# stamp_of DIR FILE…: that of these files in DIR.
stamp_of() {
    tar -C "$1" --exclude=target --exclude=__pycache__ --sort=name --mtime=@0 -cf - "${@:2}" | sha256sum
}

# has_stamp FILE STAMP: whether that is what FILE has.
has_stamp() {
    [[ $(cat -- "$1" 2>/dev/null) == "$2" ]]
}

# built_by_nobody: what Xen says of when, where and by whom it was built is the same for
# each that make builds from here on.
built_by_nobody() {
    export SOURCE_DATE_EPOCH=1 XEN_WHOAMI=xen-rs XEN_DOMAIN=localdomain XEN_BUILD_HOST=localhost
    # Before 4.20 Xen does not look at SOURCE_DATE_EPOCH.
    export XEN_BUILD_DATE=1970-01-01 XEN_BUILD_TIME=00:00:01
}

# input_stamp: that of a build of the patched Xen from this project.
input_stamp() {
    stamp_of "$repo" "${parts[@]}"
    grep -E '^(source|rustc|cargo|gcc|ld|core):' "$repo/out/$(xen_name)/build-info.txt"
}

# results_in LOG: the results that a step has printed there: ok, FAIL or skip, name,
# details, separated by tabs.
results_in() {
    awk -v OFS='\t' '
        /^(ok|FAIL|skip) / {
            gsub(/\t/, " ")
            result = $1
            name = $2
            details = $0
            sub(/^[^ ]+ +[^ ]+ */, "", details)
            if (result == "skip")
                sub(/^# */, "", details)
            print result, name, details
        }' "$1"
}

# tap LOG: the results that bats has printed there, with the names as one word.
tap() {
    awk '
        /^#/ { print "      " $0 }
        /^(not )?ok [0-9]+ / {
            result = /^not/ ? "FAIL" : "ok"
            sub(/^(not )?ok [0-9]+ /, "")
            reason = ""
            if (match($0, / # skip/)) {
                result = "skip"
                reason = " #" substr($0, RSTART + RLENGTH)
                $0 = substr($0, 1, RSTART - 1)
            }
            gsub(/ /, "-")
            print result, $0 reason
        }' "$1"
}
