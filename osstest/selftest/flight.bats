#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The flights of make-flight. That it refuses a job that cannot be run: adding.bats.

# shellcheck disable=SC2154  # helpers sets real
load helpers

recipes_of() {
    sed -n 's/.* recipe=\([^ ]*\).*/\1/p' <<<"$1" | sort -u
}

@test "each flight has jobs, and each job is there once" {
    for name in smoke ci full nightly lines; do
        jobs=$("$real/osstest/make-flight" "$name" | cut -d' ' -f1)
        [[ $(wc -l <<<"$jobs") -gt 10 ]]
        [ -z "$(sort <<<"$jobs" | uniq -d)" ]
    done
}

@test "each recipe is known, and its steps are there" {
    recipes=$(recipes_of "$("$real/osstest/make-flight" nightly)")
    for name in $recipes; do
        steps=$(sed '/^\(#.*\|alone\|apart\|inputs .*\|\)$/d' "$real/osstest/recipes/$name")
        while read -r step _; do
            [[ $step == ts-* && -x $real/osstest/$step ]] || { echo "$name: no $step"; false; }
        done <<<"$steps"
    done
    [ "$recipes" == "$(cd "$real/osstest/recipes" && ls)" ]
}

@test "the inputs of a recipe are there" {
    while read -r file; do
        [ -e "$real/$file" ] || { echo "no $file"; false; }
    done < <(sed -n 's/^inputs //p' "$real"/osstest/recipes/* | tr ' ' '\n')
}

@test "smoke is part of all other flights" {
    for name in ci full nightly; do
        missing=$(comm -23 <("$real/osstest/make-flight" smoke | cut -d' ' -f1 | sort) \
            <("$real/osstest/make-flight" "$name" | cut -d' ' -f1 | sort))
        [ -z "$missing" ] || { echo "$name: no $missing"; false; }
    done
}

@test "ci has a job of each kind that full has, but for what takes longest" {
    missing=$(comm -13 <(recipes_of "$("$real/osstest/make-flight" ci)") \
        <(recipes_of "$("$real/osstest/make-flight" full)"))
    [ "$missing" == $'conformance-qemu\nqemu\nqemu-build\nseries' ] || { echo "no $missing"; false; }
}

@test "a million operations are compared in full" {
    "$real/osstest/make-flight" full | sed -n '/unsupported=/!s/.* ops=\([0-9]*\).*/\1/p' |
        awk '{ ops += $1 } END { print ops; exit ops < 1000000 }'
}

@test "nightly is full with more that is random" {
    without='s/ (ops|seconds)=[0-9]+//g'
    [[ $("$real/osstest/make-flight" nightly | sed -E "$without") == \
        $("$real/osstest/make-flight" full | sed -E "$without") ]]
    "$real/osstest/make-flight" nightly | sed -n '/unsupported=/!s/.* ops=\([0-9]*\).*/\1/p' |
        awk '{ ops += $1 } END { print ops; exit ops < 10000000 }'
    "$real/osstest/make-flight" nightly | grep '^fuzz-.* seconds=3600$'
}

@test "lines has each line of patches, from its branch" {
    jobs=$("$real/osstest/make-flight" lines)
    for dir in "$real"/patches/xen-*/; do
        line=$(basename -- "$dir" | sed 's/^xen-//')
        for arch in arm64 arm32; do
            for kind in build audit battery differential; do
                grep -q "^$kind-$arch-xen$line-release .* ref=$(sed -n 's/^ref=//p' "$dir/line") " <<<"$jobs"
            done
        done
    done
    grep -qx 'riscv-xen4.23 recipe=riscv arch=riscv64 xen=4.23 ref=master' <<<"$jobs"
    [[ $(recipes_of "$jobs") == $'audit\nbattery\nbuild\ndifferential\nriscv\nseries' ]]
}

@test "each mutant has a job" {
    jobs=$("$real/osstest/make-flight" full)
    for patch in "$real"/osstest/mutants/*.patch; do
        grep -Eq "^(mutant|killed)-$(basename -- "$patch" .patch) " <<<"$jobs"
    done
}

@test "an unknown flight" {
    run "$real/osstest/make-flight" nosuch
    [ "$status" -eq 2 ]
    holds 'No such flight.' 'found:  nosuch'
}
