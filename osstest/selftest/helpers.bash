# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154,SC2034,SC2016,SC2119,SC2120  # for bats and the cases
#
# A project with the real run, sg-run-job and report, but with a flight and steps
# that each case makes.

load ../bats/soon

setup() {
    real=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd -P)
    lab="$BATS_TEST_TMPDIR/a project"
    osstest=$lab/osstest
    results=$lab/out/osstest
    mkdir -p "$osstest/recipes" "$lab/patches"
    cp -r "$real/patches/build" "$lab/patches/"
    cp "$real"/osstest/{run,sg-run-job,{console,lib,need,runvars,step}.sh} "$osstest/"
    ln -s "$real/osstest/sg-report-flight" "$osstest/"
    printf '#!/bin/bash\necho "$*" >>"$0.asked"\n' >"$lab/build-xen.sh"
    chmod +x "$lab/build-xen.sh"
    flight
    cd "$lab" || return
    step pass 'echo "ok first 1 of 2"; echo "ok second"'
    step fail 'echo "ok first"; echo "FAIL second was 1, wanted 2"; echo tail; exit 1'
    step broken 'echo "*** Nothing to test."; exit 2'
    step liar 'echo "FAIL but says it passed"'
    step skip 'echo "ok first"; echo "skip second # no such hardware"'
    step slow 'echo "ok slow"'
    echo inputs osstest/ts-slow >>osstest/recipes/slow
    unset OSSTEST_LOCKED
}

# flight LINE…: what make-flight prints, whatever the flight. A recipe is the names of
# its steps.
flight() {
    local steps
    while read -r steps; do
        [[ -e $osstest/recipes/$steps ]] || tr ',' '\n' <<<"$steps" | sed 's/^/ts-/' >"$osstest/recipes/$steps"
    done < <(printf '%s\n' "$@" | sed -n 's/.* recipe=\([^ ]*,[^ ]*\).*/\1/p')
    {
        printf '#!/bin/bash\ncat <<END\n'
        (($# == 0)) || printf '%s\n' "$@"
        echo END
    } >"$osstest/make-flight"
    chmod +x "$osstest/make-flight"
}

# step NAME COMMANDS: and a recipe of it alone.
step() {
    printf '#!/bin/bash\n%s\n' "$2" >"$osstest/ts-$1"
    chmod +x "$osstest/ts-$1"
    echo "ts-$1" >"$osstest/recipes/$1"
}

# holds WHAT…: $output has each of them.
holds() {
    local what
    for what; do
        [[ $output == *"$what"* ]] || { printf 'wanted: %s\nfound:  %s\n' "$what" "$output"; return 1; }
    done
}

# gone PID
gone() {
    ! kill -0 "$1" 2>/dev/null
}

# file_is FILE CONTENT
file_is() {
    [[ $(<"$1") == "$2" ]] || { printf 'wanted: %s\nfound:  %s\n' "$2" "$(<"$1")"; return 1; }
}

# fake_boot [-s STATUS] LINE…: osstest/boot boots nothing; these lines are on the console.
fake_boot() {
    local status=0
    if [[ $1 == -s ]]; then
        status=$2
        shift 2
    fi
    printf '%s\r\n' "$@" >"$lab/said"
    cat >"$osstest/boot" <<END
#!/bin/bash
while [[ \$1 != --out ]]; do shift; done
mkdir -p "\$2"
tr -d '\r' <"$lab/said"
cp "$lab/said" "\$2/console.log"
exit $status
END
    chmod +x "$osstest/boot"
}
