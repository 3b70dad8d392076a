#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What ADDING.md says: each thing is added to a copy of the project as it says there, is
# picked up, and one that is wrong is refused.

# shellcheck disable=SC2154,SC2016  # helpers sets real; the steps expand it
load helpers

setup() {
    real=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd -P)
    lab="$BATS_TEST_TMPDIR/a project"
    osstest=$lab/osstest
    mkdir "$lab"
    cd "$lab" || return
    tar -C "$real" --exclude=./.build --exclude=./.git --exclude=./out --exclude=target -cf - . | tar -xf -
    # Nothing is built: what a case boots or builds only says so.
    program build-xen.sh 'true'
    ln -sf "$real/osstest/sg-report-flight" "$osstest/"
    # A QEMU that is there beside what is installed.
    mkdir .build
    [[ ! -e $real/.build/beside ]] || ln -s "$real/.build/beside" .build/
    unset OSSTEST_LOCKED
}

# program FILE COMMANDS: a program of the copy is these instead.
program() {
    printf '#!/bin/bash\n%s\n' "$2" >"$lab/$1"
    chmod +x "$lab/$1"
}

# listed FLIGHT JOB…: they are in it, and `run` chooses them.
listed() {
    diff <(printf '%s\n' "${@:2}" | sort) <(osstest/run --list --no-needs --flight "$1" "${@:2}" | sort)
}

# refused WHAT…: the flight is.
refused() {
    run osstest/make-flight "${flight-smoke}"
    [ "$status" -eq 2 ] || return
    holds "$@"
}

# xen_and_guests: files in place of what was built.
xen_and_guests() {
    local guests=.build/guest/xen-4.20-arm64
    mkdir -p out/xen-4.20-arm64 "$guests"
    # As an image for arm64 begins.
    { head -c 56 /dev/zero && printf 'ARM\x64'; } | tee "$guests"/{dom0,domu,protocol}.img >out/xen-4.20-arm64/xen
    echo 'source: none' >out/xen-4.20-arm64/build-info.txt
}

# --- A Xen line ----------------------------------------------------------------

@test "adding a Xen line" {
    mkdir patches/xen-4.99
    echo ref=stable-4.99 >patches/xen-4.99/line
    listed lines {build,audit,battery,differential}-arm{32,64}-xen4.99-release
    osstest/make-flight lines | grep '^build-arm64-xen4.99-release .* ref=stable-4.99 '
    # A distribution has its source.
    printf '%s\n' suites=etch 'toolstack=etch arm64' >>patches/xen-4.99/line
    listed full {build,linux,stress}-arm{32,64}-xen4.99-{release,debug} board-zcu102-xen4.99
}

@test "adding a Xen line: one that says nothing, or something unknown" {
    mkdir patches/xen-4.99
    refused 'A Xen line cannot be read.' 'patches/xen-4.99/line'
    echo suites=etch >patches/xen-4.99/line
    refused 'A Xen line says too little.' 'patches/xen-4.99/line: no ref'
    printf '%s\n' ref=stable-4.99 suite=etch >patches/xen-4.99/line
    refused 'A Xen line cannot be read.' 'patches/xen-4.99/line: suite=etch' patches/README.md
}

# --- A board -------------------------------------------------------------------

# boot_new: makes the files to boot the board from.
boot_new() {
    xen_and_guests
    run osstest/boot --files-only --board new --xen out/xen-4.20-arm64/xen \
        --dom0 .build/guest/xen-4.20-arm64/dom0.img --pcpus 1 --out boot
}

@test "adding a board" {
    cp osstest/boards/virt-gicv2 osstest/boards/new
    sed -i '/^ *boards /s/$/ new/' osstest/make-flight
    listed full board-new-xen4.20
    osstest/boot --help | grep -w new
    boot_new
    [ "$status" -eq 0 ]
    fdtget boot/machine.dtb /chosen xen,xen-bootargs
    [ -s boot/loads ]
}

@test "adding a board: one that says too little, and one that is not there" {
    sed /^arch=/d osstest/boards/virt-gicv2 >osstest/boards/new
    boot_new
    [ "$status" -eq 2 ]
    holds 'The board is incomplete.' "no arch in $osstest/boards/new" README.md
    printf '%s\n' arch=arm64 'console=dtuart' 'modules_at=0x50000000' >osstest/boards/new
    boot_new
    [ "$status" -eq 2 ]
    holds 'The board is incomplete.' "no board_device_tree in"
    rm osstest/boards/new
    boot_new
    [ "$status" -eq 2 ]
    holds 'There is no such board.' '--board new'
}

# --- A mutant ------------------------------------------------------------------

# run_mutant: its job, with a battery of which a test fails.
run_mutant() {
    xen_and_guests
    mkdir -p .build/source .build/tree/xen-4.20-arm64
    program osstest/ts-battery 'echo "FAIL some/test invalidations=0 want=1"; exit 1'
    run osstest/run --no-needs mutant-new
}

@test "adding a mutant" {
    sed 's/^A removal .*/A new one./' osstest/mutants/flag-never-set.patch >osstest/mutants/new.patch
    listed smoke mutant-new
    run_mutant
    [ "$status" -eq 0 ]
    holds '2 passed, 0 failed'
    grep 'ok new killed by 1 of the battery, the first some/test' out/osstest/standalone/mutant-new/*.log
    sed -i 's/^Killed-by: .*/Killed-by: fuzz/' osstest/mutants/new.patch
    listed full killed-new
}

@test "adding a mutant: one that nobody kills, and one that does not apply" {
    for by in 'Killed-by: batery' ''; do
        sed "s/^Killed-by: .*/$by/" osstest/mutants/flag-never-set.patch >osstest/mutants/new.patch
        refused 'No job runs a mutant.' 'new.patch, Killed-by: ' 'battery, host or fuzz'
    done
    sed 's/self.change(Self::DEFERRED, Self::DUE)/self.change()/' osstest/mutants/flag-never-set.patch >osstest/mutants/new.patch
    run_mutant
    [ "$status" -eq 1 ]
    holds 'The mutant does not apply.' '1 hunk FAILED' 'osstest/mutants/new.patch' '0 passed, 1 failed'
}

# --- A scenario ----------------------------------------------------------------

# play WORD…: a new case, which says that it is booted so, and a guest that has CASES
# cases, by default as many as there are.
play() {
    local cases=osstest/guest/src/scenario/cases
    xen_and_guests
    printf '//! boot new/case: %s\n' "$*" >"$cases/new.rs"
    program osstest/boot 'all="$*" out=${all#*--out } out=${out%% -*}
        printf "%s\n" "CASE new/case begin cases='"${CASES-$(grep -rh '^//! boot ' "$cases" | wc -l)}"' expects 1" \
            "CASE new/case ok invalidations=1 expects 1" "$*" >"$out/console.log"'
    mkdir -p job
    run osstest/ts-protocol "$lab/job" case=new/case
}

@test "adding a scenario" {
    play pcpus=2 xen=sched=null
    [ "$status" -eq 0 ]
    holds 'ok new/case invalidations=1'
    grep -- '--pcpus 2 .* --xen-args sched=null' job/protocol-component/new/case/console.log
}

@test "adding a scenario: one that is booted in no known way, or that the guest has not" {
    play pcpus=2 quickly
    [ "$status" -eq 2 ]
    holds 'A case cannot be booted.' '//! boot new/case: quickly' 'ts-protocol --help'
    CASES=1 play pcpus=2
    [ "$status" -eq 1 ]
    holds 'FAIL new/case there are' 'lines //! boot, and the guest says: new/case begin cases=1'
}

# --- A way to remove memory --------------------------------------------------------

# tests_of PACKAGE [ARGUMENT…]: runs its tests on the host. What cargo has compiled of other
# people's crates serves. The version keeps it from taking the project's for the copy's, the
# new files from taking the last copy's.
tests_of() {
    sed -i 's/^version = .*/version = "0.0.0"/' Cargo.toml
    find osstest/guest ffi -type f -exec touch {} +
    run "${CARGO:-cargo}" test --package "$1" --target-dir "$real/.build/cargo" "${@:2}"
}

# removal NAME SHARE: a file for it, as remove.rs is one, and its lines in the list.
removal() {
    local folder=osstest/guest/src/operation
    sed "s/REMOVE/NEW/; s/\"remove\"/\"$1\"/; s/share: 100/share: $2/" "$folder/remove.rs" >"$folder/new.rs"
    sed -i 's/^mod remove;/&\nmod new;/; s/^    remove::REMOVE,/&\n    new::NEW,/' "$folder/mod.rs"
}

@test "adding a way to remove memory" {
    removal new 100
    tests_of guest
    [ "$status" -eq 0 ]
    holds 'differential::plan::tests::everything_comes ... ok'
}

@test "adding a way to remove memory: one that never comes, and one of another's name" {
    removal new 0
    tests_of guest
    [ "$status" -eq 101 ]
    holds 'new came 0 times'
    sed -i 's/"new"/"decrease"/; s/share: 0/share: 100/' osstest/guest/src/operation/new.rs
    tests_of guest
    [ "$status" -eq 101 ]
    holds 'each_has_a_name_of_its_own_and_a_share ... FAILED'
}

# --- A hook --------------------------------------------------------------------------

# hook: its function, documented as the others are.
hook() {
    cat >>xen-rs/src/hooks.rs <<'END'

/// Does nothing.
///
/// # Safety
///
/// None is needed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_nothing() {}
END
}

@test "adding a hook" {
    hook
    XEN_RS_BLESS=1 tests_of ffi --test header
    [ "$status" -eq 0 ]
    grep -x 'void xen_rs_nothing(void);' ffi/include/xen_rs.h
    # Its call is a patch, which is part of what upstream is sent.
    cp "$real/build-xen.sh" .
    cat >patches/component/0099-call-nothing.patch <<'END'
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: xen-rs <xen-rs@xen-rs.invalid>
Date: Wed, 25 Nov 2026 10:00:00 +0000
Subject: [PATCH] xen/arm: call nothing

It does nothing.
---
 xen/nothing.c | 1 +
 1 file changed, 1 insertion(+)

diff --git a/xen/nothing.c b/xen/nothing.c
new file mode 100644
--- /dev/null
+++ b/xen/nothing.c
@@ -0,0 +1 @@
+void nothing(void) { xen_rs_nothing(); }
END
    ./build-xen.sh --series mails
    grep -l 'Subject:.*xen/arm: call nothing' mails/*.patch
}

@test "adding a hook: one that is not in the header" {
    hook
    tests_of ffi --test header
    [ "$status" -eq 101 ]
    holds 'ffi/include/xen_rs.h is not what hooks.rs generates' 'void xen_rs_nothing(void);'
}

# --- A job, a recipe, a step, a runvar ---------------------------------------------

# flight_with LINE: smoke has this as well.
flight_with() {
    cp "$real/osstest/make-flight" osstest/make-flight
    sed -i "/^smoke() {/a $1" osstest/make-flight
}

@test "adding a job, with a recipe, a step and a runvar of its own" {
    sed -i "/^declare -rA runvar_is=(/a [colour]='of what it paints'" osstest/runvars.sh
    printf '%s\n' '# SPDX-License-Identifier: GPL-2.0-only' '# Paints.' '' 'inputs Cargo.toml' 'ts-paint colour=red' \
        >osstest/recipes/paint
    program osstest/ts-paint '
# Usage: osstest/ts-paint JOBDIR

source "$(dirname "$0")/step.sh"
echo "ok painted ${rv[colour]}"'
    flight_with 'job new paint'
    listed smoke new
    osstest/run --kinds | grep '^paint .*Paints.'
    osstest/make-gitlab-ci ci | grep -A 2 '^new:'
    run osstest/run new
    [ "$status" -eq 0 ]
    holds '1 passed, 0 failed'
    grep 'name="ts-paint colour=red: painted"' out/osstest/standalone/junit.xml
    run osstest/run new
    holds cached '0 passed, 0 failed, 1 skipped'
}

@test "adding a job: one that cannot be run" {
    flight_with 'job new lint needs=nothing'
    refused 'A job cannot be run.' 'new: needs nothing' 'come before it' osstest/make-flight
    flight_with 'job new nothing'
    refused 'A job cannot be run.' 'new: recipe=nothing' osstest/recipes
    flight_with 'job new lint colour=red'
    refused 'A job cannot be run.' 'new: no runvar colour' osstest/runvars.sh
    flight_with 'job loom host'
    refused 'A job cannot be run.' 'loom: there twice, with other runvars'
    flight_with 'job New lint'
    refused 'A job cannot be run.' 'New: its name' 'small letters'
    flight_with 'job default lint'
    run osstest/make-gitlab-ci ci
    [ "$status" -eq 2 ]
    holds 'GitLab cannot have a job of this name.' default
}

@test "adding a recipe: one that cannot be followed" {
    flight_with 'job new paint'
    for line in 'ts-paint:a program of osstest' 'input Cargo.toml:a comment, alone, apart, inputs FILE' \
        'inputs no-such-file:a file of this project'; do
        printf 'ts-lint\n%s\n' "${line%%:*}" >osstest/recipes/paint
        run osstest/run new
        [ "$status" -eq 1 ]
        holds 'new cannot be run as its recipe says.' "recipes/paint: ${line%%:*}" "${line#*:}" '0 passed, 1 failed'
    done
    printf '%s\n' alone apart ts-lint >osstest/recipes/paint
    run osstest/run new
    [ "$status" -eq 1 ]
    holds 'recipes/paint: alone apart' 'one of them'
}
