// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing::Asm::{self, Barrier, Call, Jump, JumpIf, LoadExclusive, Ret, StoreExclusive};
use crate::testing::{Build, assert_accepted, assert_rejected};

mod arm32;
mod arm64;

/// The function with this body, whose branch to 0 at `tell` is the telling.
fn function(body: &[impl Copy + Into<Asm>], tell: u64) -> Build {
    let size = u64::try_from(body.len() * 4).unwrap();
    Build::object()
        .text(body)
        .function(FUNCTION, 0, size)
        .calls(tell, TELL)
}

#[test]
fn accepts_the_least_that_is_enough() {
    let body = [
        Barrier,
        LoadExclusive,
        StoreExclusive,
        Barrier,
        Call(0),
        Ret,
    ];
    assert_accepted(&RULE, function(&body, 16));
    let tail_call = [Barrier, LoadExclusive, StoreExclusive, Barrier, Jump(0)];
    assert_accepted(&RULE, function(&tail_call, 16));
    let conditional = [
        Barrier,
        LoadExclusive,
        StoreExclusive,
        Barrier,
        JumpIf(0),
        Ret,
    ];
    assert_accepted(&RULE, function(&conditional, 16));
}

#[test]
fn rejects_less() {
    let no_barrier = [Barrier, LoadExclusive, StoreExclusive, Call(0), Ret];
    assert_rejected(&RULE, function(&no_barrier, 12), "before the barrier");
    let no_store = [Barrier, LoadExclusive, Barrier, Call(0), Ret];
    assert_rejected(&RULE, function(&no_store, 12), "before the barrier");
    let no_load = [Barrier, StoreExclusive, Barrier, Call(0), Ret];
    assert_rejected(&RULE, function(&no_load, 12), "no part of one swap");
    let no_swap = [Barrier, Barrier, Call(0), Ret];
    assert_rejected(&RULE, function(&no_swap, 8), "before the barrier");
    let too_early = [
        Barrier,
        Call(0),
        LoadExclusive,
        StoreExclusive,
        Barrier,
        Ret,
    ];
    assert_rejected(&RULE, function(&too_early, 4), "before the barrier");
    let around = [
        Barrier,
        JumpIf(16),
        LoadExclusive,
        StoreExclusive,
        Barrier,
        Call(0),
        Ret,
    ];
    assert_rejected(&RULE, function(&around, 20), "before the barrier");
}

#[test]
fn rejects_when_there_is_nothing_to_follow() {
    let body = [Barrier, LoadExclusive, StoreExclusive, Barrier, Ret];
    let not_told = Build::object().text(&body).function(FUNCTION, 0, 20);
    assert_rejected(&RULE, not_told, "no call of");
    assert_rejected(
        &RULE,
        Build::object().text(&[Ret]),
        "no xen_rs_mapcache_signal",
    );
    let only_wanted = Build::object().text(&[Ret]).undefined(FUNCTION);
    assert_rejected(&RULE, only_wanted, "no xen_rs_mapcache_signal");
}
