// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing::Asm::{
    self, Barrier, Call, Jump, JumpIf, LoadByte, LoadExclusive, Ret, StoreByte, StoreExclusive,
};
use crate::testing::{Build, assert_accepted, assert_rejected};

mod arm32;
mod arm64;

/// The function with this body, whose branch to 0 at `send` sends.
fn function(body: &[impl Copy + Into<Asm>], send: u64) -> Build {
    let size = u64::try_from(body.len() * 4).unwrap();
    Build::object()
        .text(body)
        .function(FUNCTION, 0, size)
        .calls(send, SEND)
}

/// A swap that is ordered on either architecture, and what comes behind it.
fn swap_then<const N: usize>(rest: [Asm; N]) -> Vec<Asm> {
    let swap = [Barrier, LoadExclusive, StoreExclusive];
    swap.into_iter().chain(rest).collect()
}

#[test]
fn accepts_the_least_that_is_enough() {
    let least = swap_then([Barrier, Call(0), Ret]);
    assert_accepted(&RULE, function(&least, 16));
    let tail_call = swap_then([Barrier, Jump(0)]);
    assert_accepted(&RULE, function(&tail_call, 16));
    let conditional = swap_then([Barrier, JumpIf(0), Ret]);
    assert_accepted(&RULE, function(&conditional, 16));
    let nothing_due = [
        LoadByte,
        JumpIf(24),
        Barrier,
        LoadExclusive,
        StoreExclusive,
        Barrier,
        Call(0),
        Ret,
    ];
    assert_accepted(&RULE, function(&nothing_due, 24));
}

#[test]
fn rejects_less() {
    let no_barrier = swap_then([Call(0), Ret]);
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
}

#[test]
fn rejects_another_order() {
    let sent_first = swap_then([Call(0), Barrier, Ret]);
    assert_rejected(&RULE, function(&sent_first, 12), "before the barrier");
    let looks_first = swap_then([LoadByte, Barrier, Call(0), Ret]);
    assert_rejected(&RULE, function(&looks_first, 20), "memory used");
    let stores_first = swap_then([StoreByte, Barrier, Call(0), Ret]);
    assert_rejected(&RULE, function(&stores_first, 20), "memory used");
    let returns = swap_then([Ret, Barrier, Call(0)]);
    assert_rejected(&RULE, function(&returns, 20), "a return between");
}

#[test]
fn rejects_a_path_around_it() {
    // On a condition that is not the flag.
    let the_swap = [
        Barrier,
        JumpIf(16),
        LoadExclusive,
        StoreExclusive,
        Barrier,
        Call(0),
        Ret,
    ];
    assert_rejected(&RULE, function(&the_swap, 20), "before the barrier");
    let the_barrier = swap_then([JumpIf(8), Barrier, Call(0), Ret]);
    assert_rejected(&RULE, function(&the_barrier, 20), "before the barrier");
}

#[test]
fn rejects_when_there_is_nothing_to_follow() {
    let body = swap_then([Barrier, Ret]);
    let not_sent = Build::object().text(&body).function(FUNCTION, 0, 20);
    assert_rejected(&RULE, not_sent, "no call of");
    let none = Build::object().text(&[Ret]);
    assert_rejected(&RULE, none, "no xen_rs_mapcache_send");
    let only_wanted = Build::object().text(&[Ret]).undefined(FUNCTION);
    assert_rejected(&RULE, only_wanted, "no xen_rs_mapcache_send");
}
