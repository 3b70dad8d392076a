#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Other compilers, as an option or the environment asks for them.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

setup() {
    common_setup
    quick
    sed -i "2iecho \"\$*\" >>$BATS_TEST_TMPDIR/asked" "$fakes/make"
    tools=$BATS_TEST_TMPDIR/tools
    mkdir "$tools"
    info=$checkout/out/$result/build-info.txt
}

# tools_as PREFIX: the arm64 tools in $tools, called like that.
tools_as() {
    local name
    for name in gcc ld nm objcopy; do
        printf '#!/bin/sh\nexec %s "$@"\n' "$(real "aarch64-linux-gnu-$name")" >"$tools/$1$name"
    done
    chmod +x "$tools"/*
}

# asked WORD…: what make was asked for has each of these, as one word.
asked() {
    local word
    for word in "$@"; do
        grep -qE -- "(^| )$word( |\$)" "$BATS_TEST_TMPDIR/asked" || complain "make was not asked for $word:" \
            "$(cat "$BATS_TEST_TMPDIR/asked")" || return
    done
}

@test "compiler: CROSS_COMPILE is a name in PATH" {
    tools_as aarch64-none-linux-gnu-
    PATH=$tools:$PATH CROSS_COMPILE=aarch64-none-linux-gnu- build --offline
    is_good "$checkout/out"
    asked CROSS_COMPILE=aarch64-none-linux-gnu-
    grep -x 'CROSS_COMPILE: *aarch64-none-linux-gnu-' "$info"
    good_run
    [[ $(<"$info") != *CROSS_COMPILE* ]]
}

@test "compiler: CROSS_COMPILE is a path, also a relative one; Debian's need not be there" {
    tools_as any-
    without aarch64-linux-gnu-{gcc,ld,nm,objcopy}
    CROSS_COMPILE=$tools/any- build --offline
    is_good "$checkout/out"
    asked "CROSS_COMPILE=$tools/any-"
    cd "$BATS_TEST_TMPDIR"
    rm asked
    CROSS_COMPILE=tools/any- build --offline
    is_good "$checkout/out"
    asked "CROSS_COMPILE=$tools/any-"
}

@test "compiler: CROSS_COMPILE with ccache" {
    tools_as any-
    fake ccache <<<"echo \"\$1\" >>$BATS_TEST_TMPDIR/cached; exec \"\$@\""
    CROSS_COMPILE="ccache $tools/any-" build --offline
    is_good "$checkout/out"
    grep -F "CROSS_COMPILE=ccache $tools/any-" "$BATS_TEST_TMPDIR/asked"
    grep -x "$tools/any-gcc" "$BATS_TEST_TMPDIR/cached"
}

@test "compiler: CROSS_COMPILE names nothing, or no whole set, or what make cannot take" {
    CROSS_COMPILE=nothing- build
    refused 3 'CROSS_COMPILE names no compiler for arm64' 'nothing-gcc: command not found' nothing-ld 'unset it'
    tools_as any-
    rm "$tools/any-objcopy"
    CROSS_COMPILE=$tools/any- build
    refused 3 'CROSS_COMPILE names no compiler for arm64' "$tools/any-objcopy: No such file" any-nm 'unset it'
    CROSS_COMPILE='$(any)-' build
    refused 2 'Cannot tell what to build' 'CROSS_COMPILE=$(any)-' 'that make can take' ''
}

@test "compiler: one for another architecture, and one that cannot link" {
    tools_as any-
    printf '#!/bin/sh\nexec %s "$@"\n' "$(real gcc)" >"$tools/any-gcc"
    CROSS_COMPILE=$tools/any- build
    refused 3 "$tools/any-gcc does not compile for arm64" 'another architecture' 'a compiler for arm64' 'unset it'
    fake aarch64-linux-gnu-ld <<<'[[ $1 == --version ]] || { echo "no such emulation"; exit 1; }'
    build
    refused 3 'aarch64-linux-gnu-ld does not link for arm64' 'no such emulation' 'a linker for arm64' binutils-aarch64-linux-gnu
}

@test "compiler: an arm64 machine uses its own" {
    tools_as ''
    without {aarch64-linux-gnu-,arm-linux-gnueabihf-,}{gcc,ld,nm,objcopy}
    fake uname <<<'echo aarch64'
    build --no-install
    refused 3 'Something is missing' 'no binutils gcc' 'these packages' 'apt-get install binutils gcc'
    PATH=$tools:$PATH build --offline
    is_good "$checkout/out"
    asked CROSS_COMPILE=
    PATH=$tools:$PATH build --no-install --arch arm32
    refused 3 'Something is missing' gcc-arm-linux-gnueabihf 'these packages' ''
}

# A clang, as far as it is asked.
fake_clang() {
    fake clang <<<"[[ \$* != *--version* ]] || { echo clang version 99; exit; }
[[ \$* == *--target=aarch64-linux-gnu* ]] || exit 1
args=(\"\$@\"); exec $(real aarch64-linux-gnu-gcc) \"\${args[@]:2}\""
}

@test "compiler: --clang has a tree and a result of its own" {
    fake_clang
    build --offline --clang
    ends_with 0
    cmp "$lab/good/xen" "$checkout/out/$result-clang/xen"
    asked clang=y CC=clang CROSS_COMPILE=aarch64-linux-gnu-
    grep -x 'clang: *clang version 99' "$checkout/out/$result-clang/build-info.txt"
    up_to_date
}

@test "compiler: --clang without clang, or with one that does not do" {
    without clang aarch64-linux-gnu-gcc
    build --clang --no-install
    refused 3 'Something is missing' 'no clang' 'these packages' 'apt-get install clang'
    [[ $(part 'do') == 'apt-get install clang' ]]
    fake clang <<<'echo "error: unknown target triple"; exit 1'
    build --clang --offline
    refused 3 'clang --target=aarch64-linux-gnu -no-integrated-as does not compile for arm64' 'unknown target triple' \
        'a compiler for arm64' '--clang'
}

@test "compiler: another one of the same name builds all anew" {
    build --offline
    rm "$BATS_TEST_TMPDIR/asked"
    build --offline
    [[ $(<"$BATS_TEST_TMPDIR/asked") != *' clean'* ]]
    fake aarch64-linux-gnu-gcc <<<"[[ \$1 != --version ]] || { echo gcc 99; exit; }; exec $(real aarch64-linux-gnu-gcc) \"\$@\""
    build --offline
    is_good "$checkout/out"
    asked clean olddefconfig
    grep -x 'gcc: *gcc 99' "$info"
    rm "$BATS_TEST_TMPDIR/asked"
    build --offline
    is_good "$checkout/out"
    [[ $(<"$BATS_TEST_TMPDIR/asked") != *' clean'* ]]
    good_run
}
