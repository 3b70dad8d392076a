#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Ctrl-C, and worse, at each step: at once it ends, with all that it started;
# the tree and the results are those of before; the next run makes it whole.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# interrupted STEP…: as interrupt, and what it has to come to.
interrupted() {
    interrupt "$@" || return
    ends_with 130 || return
    says '*** Interrupted. What is finished is kept; run the same command again.' || return
    says_not '^\*\*\*$'
}

@test "interrupt: while the source is unpacked" {
    quick
    renew
    slow xz
    interrupted INT 'Unpacking' --offline
    nothing_changed
    good_run
}

@test "interrupt: while the patches are applied" {
    quick
    renew
    slow patch
    interrupted INT 'Applying' --offline
    nothing_changed
    good_run
}

@test "interrupt: while Xen is configured" {
    quick
    wanted=$checkout/.build/tree/$result/.config-wanted
    echo '# another' >>"$wanted"
    sed -i '2i[[ $* != *olddefconfig* ]] || sleep 300' "$fakes/make"
    interrupted INT 'Configuring' --offline
    # A configuration that is half made is not taken for one.
    [[ ! -e $wanted ]]
    nothing_left
    good_run
    says Configuring
}

@test "interrupt: while Xen is built" {
    cp -a "$checkout/out" "$BATS_TEST_TMPDIR/out"
    touch "$checkout/.build/tree/$result/xen/arch/arm/traps.c"
    slow aarch64-linux-gnu-gcc
    sed -i '1a[[ " $* " == *" -c "* \&\& $* != *probe* ]] || exec '"$(real aarch64-linux-gnu-gcc)"' "$@"' \
        "$fakes/aarch64-linux-gnu-gcc"
    interrupted INT 'Building' --offline
    nothing_left
    diff -r "$BATS_TEST_TMPDIR/out" "$checkout/out"
    good_run
}

@test "interrupt: while the component is built" {
    echo '// Another.' >>"$checkout/.build/tree/$result/xen/rust/xen-rs/src/lib.rs"
    # shellcheck source=/dev/null
    source <("$checkout/cbits/rust-is-available.sh" arm64)
    fake rustc <<<"[[ \" \$* \" != *=xen_rs* ]] || sleep 300; exec $RUSTC \"\$@\""
    RUSTC=$fakes/rustc interrupted INT 'Building' --offline
    nothing_left
    good_run
}

@test "interrupt: while the result is verified" {
    quick
    cp -a "$checkout/out" "$BATS_TEST_TMPDIR/out"
    slow aarch64-linux-gnu-nm
    interrupted INT 'Verifying' --offline
    nothing_left
    diff -r "$BATS_TEST_TMPDIR/out" "$checkout/out"
    good_run
}

@test "interrupt: TERM and HUP do as Ctrl-C does" {
    quick
    for signal in TERM HUP; do
        slow aarch64-linux-gnu-nm
        interrupted "$signal" 'Verifying' --offline
        nothing_left
    done
    good_run
}

@test "interrupt: packages are installed to the end" {
    cold
    without flex
    fake apt-get <<<"[[ \$* != *install* ]] || { sleep 2; echo done >$BATS_TEST_TMPDIR/installed; }"
    fake sudo <<<'[[ $1 != -n ]] || shift; exec "$@"'
    interrupted INT 'Installing'
    says 'Waiting for apt-get to end'
    [[ -e $BATS_TEST_TMPDIR/installed ]]
    nothing_left
}

@test "interrupt: a run that was killed leaves a folder; the next one clears it" {
    quick
    renew
    slow patch
    interrupt KILL 'Applying' --offline
    ends_with 137
    [[ -n $(compgen -G "$checkout/.build/scratch.*") ]]
    good_run
}

@test "interrupt: of a build that was killed, nothing is gone on from" {
    quick
    sed -i "2iecho \"\$*\" >>$BATS_TEST_TMPDIR/asked\n[[ \$* == *olddefconfig* || \$* == *' clean' || \$1 != -C ]] || { echo \$\$ >$BATS_TEST_TMPDIR/pid; exec sleep 300; }" "$fakes/make"
    interrupt KILL 'Building' --offline
    ends_with 137
    # It is in another group than what was killed.
    soon test -s "$BATS_TEST_TMPDIR/pid"
    kill "$(cat "$BATS_TEST_TMPDIR/pid")"
    good_run
    says 'Cleaning what a build that was killed has left'
    good_run
    says_not Cleaning
    # What was interrupted is gone on with.
    sed -i "2i[[ \$* == *olddefconfig* || \$* == *' clean' || \$1 != -C ]] || sleep 300" "$fakes/make"
    interrupted INT 'Building' --offline
    good_run
    says_not Cleaning
}

@test "interrupt: after all that, the checkout is up to date" {
    up_to_date
}
