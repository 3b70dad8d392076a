# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034,SC2016,SC2119,SC2120  # for bats and the cases
#
# A project with the real run, sg-run-job and report, but with a flight and steps
# that each case makes.

setup() {
    real=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd -P)
    lab="$BATS_TEST_TMPDIR/a project"
    osstest=$lab/osstest
    results=$lab/out/osstest
    mkdir -p "$osstest" "$lab/patches"
    cp -r "$real/patches/build" "$lab/patches/"
    cp "$real"/osstest/{run,lib.sh,runvars.sh} "$osstest/"
    ln -s "$real/osstest/sg-report-flight" "$osstest/"
    # A recipe is as many steps as the job's name has letters of them.
    sed -e '/^recipe() {/,/^}/d' -e '/^input_files() {/,/^}/d' "$real/osstest/sg-run-job" |
        sed '/^here=/i source "$(dirname -- "$0")/recipes"' >"$osstest/sg-run-job"
    cat >"$osstest/recipes" <<'END'
recipe() {
    case $1 in
        none) return 1 ;;
        *) tr ',' '\n' <<<"$1" | sed 's/^/ts-/' ;;
    esac
}
input_files() {
    [[ $1 != slow ]] || echo osstest/ts-slow
}
END
    printf '#!/bin/bash\necho "$*" >>"$0.asked"\n' >"$lab/build-xen.sh"
    chmod +x "$lab/build-xen.sh"
    flight
    step pass 'echo "ok first 1 of 2"; echo "ok second"'
    step fail 'echo "ok first"; echo "FAIL second was 1, wanted 2"; echo tail; exit 1'
    step broken 'echo "*** Nothing to test."; exit 2'
    step liar 'echo "FAIL but says it passed"'
    step skip 'echo "ok first"; echo "skip second # no such hardware"'
    step slow 'echo "ok slow"'
    chmod +x "$osstest/sg-run-job"
    cd "$lab" || return
    unset OSSTEST_LOCKED
}

# flight LINE…: what make-flight prints, whatever the flight.
flight() {
    {
        printf '#!/bin/bash\ncat <<END\n'
        (($# == 0)) || printf '%s\n' "$@"
        echo END
    } >"$osstest/make-flight"
    chmod +x "$osstest/make-flight"
}

# step NAME COMMANDS
step() {
    printf '#!/bin/bash\n%s\n' "$2" >"$osstest/ts-$1"
    chmod +x "$osstest/ts-$1"
}

# holds WHAT…: $output has each of them.
holds() {
    local what
    for what; do
        [[ $output == *"$what"* ]] || { printf 'wanted: %s\nfound:  %s\n' "$what" "$output"; return 1; }
    done
}

# file_is FILE CONTENT
file_is() {
    [[ $(<"$1") == "$2" ]] || { printf 'wanted: %s\nfound:  %s\n' "$2" "$(<"$1")"; return 1; }
}
