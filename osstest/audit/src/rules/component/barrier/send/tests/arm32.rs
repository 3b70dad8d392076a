// SPDX-License-Identifier: GPL-2.0-only

//! What A32 has of its own: a swap that says nothing of what is before it, flags
//! that a comparison sets, and instructions that may do nothing.

use super::{RULE, assert_accepted, assert_rejected};
use crate::elf::Machine;
use crate::testing::Build;
use crate::testing::arm32::{
    BLX, BX, BX_LR, CMP, DMB_ISH, DMB_ISHST, DMB_SY, LDAEXB, LDR, LDREX, LDREXB, LDREXBEQ, NOP,
    POP, POPEQ, PUSH, RFE, STLEXB, STREX, STREXB, STREXBEQ, SWPB, UDF, b, beq, bl, blne, bne,
};

fn function(body: &[u32], send: u64) -> Build {
    super::function(body, send).on(Machine::Arm32)
}

#[test]
fn accepts_what_rustc_makes() {
    let body = [
        PUSH,
        DMB_ISH,
        LDREXB,
        STREXB,
        CMP,
        bne(-12),
        NOP,
        NOP,
        NOP,
        NOP,
        DMB_ISH,
        LDR,
        bl(0),
        POP,
    ];
    assert_accepted(&RULE, function(&body, 48));
}

#[test]
fn accepts_other_shapes_in_the_same_order() {
    let conditional = [
        DMB_SY,
        LDREXB,
        STREXB,
        CMP,
        bne(-12),
        NOP,
        DMB_SY,
        blne(0),
        POP,
    ];
    assert_accepted(&RULE, function(&conditional, 28));
    let returns_early = [DMB_ISH, LDREXB, STREXB, bne(-8), NOP, DMB_ISH, POPEQ, b(0)];
    assert_accepted(&RULE, function(&returns_early, 28));
    // Of Armv8: the store itself is ordered.
    let release = [
        PUSH,
        LDAEXB,
        STLEXB,
        CMP,
        bne(-12),
        NOP,
        DMB_ISH,
        bl(0),
        POP,
    ];
    assert_accepted(&RULE, function(&release, 28));
    let stops = [
        CMP,
        beq(28),
        DMB_ISH,
        LDREXB,
        STREXB,
        NOP,
        DMB_ISH,
        b(0),
        UDF,
    ];
    assert_accepted(&RULE, function(&stops, 28));
}

#[test]
fn rejects_a_missing_or_weaker_barrier() {
    let none_before = [LDREXB, STREXB, CMP, bne(-12), NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&none_before, 24), "not ordered after");
    let none_after = [DMB_ISH, LDREXB, STREXB, CMP, bne(-12), NOP, bl(0), BX_LR];
    assert_rejected(&RULE, function(&none_after, 24), "before the barrier");
    let stores_before = [DMB_ISHST, LDREXB, STREXB, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&stores_before, 20), "not ordered after");
    let stores_after = [DMB_ISH, LDREXB, STREXB, NOP, DMB_ISHST, bl(0), BX_LR];
    assert_rejected(&RULE, function(&stores_after, 20), "before the barrier");
}

#[test]
fn rejects_a_barrier_in_the_wrong_place() {
    let memory_behind_it = [DMB_ISH, LDR, LDREXB, STREXB, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&memory_behind_it, 24), "not ordered after");
    let call_behind_it = [
        DMB_ISH,
        bl(0x40),
        LDREXB,
        STREXB,
        NOP,
        DMB_ISH,
        bl(0),
        BX_LR,
    ];
    assert_rejected(&RULE, function(&call_behind_it, 24), "not ordered after");
    let inside = [LDREXB, DMB_ISH, STREXB, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&inside, 20), "not ordered after");
    let on_one_path = [
        CMP,
        beq(8),
        DMB_ISH,
        LDREXB,
        STREXB,
        NOP,
        DMB_ISH,
        bl(0),
        BX_LR,
    ];
    assert_rejected(&RULE, function(&on_one_path, 28), "not ordered after");
    let behind_a_call = [DMB_ISH, LDREXB, STREXB, NOP, bl(0x40), DMB_ISH, bl(0), POP];
    assert_rejected(&RULE, function(&behind_a_call, 24), "a call between");
    let behind_a_pointer = [DMB_ISH, LDREXB, STREXB, NOP, BLX, DMB_ISH, bl(0), POP];
    assert_rejected(&RULE, function(&behind_a_pointer, 24), "a call between");
}

#[test]
fn rejects_what_is_done_on_a_condition_alone() {
    let no_load = [DMB_ISH, LDREXBEQ, STREXB, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&no_load, 20), "no part of one swap");
    let no_store = [DMB_ISH, LDREXB, STREXBEQ, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&no_store, 20), "before the barrier");
    let a_return = [DMB_ISH, LDREXB, STREXB, NOP, POPEQ, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&a_return, 24), "a return between");
    let a_send = [DMB_ISH, LDREXB, STREXB, NOP, blne(0), DMB_ISH, BX_LR];
    assert_rejected(&RULE, function(&a_send, 16), "before the barrier");
}

#[test]
fn rejects_another_swap() {
    let words = [DMB_ISH, LDREX, STREX, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&words, 20), "before the barrier");
    let old = [DMB_ISH, SWPB, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&old, 16), "before the barrier");
    let other_half = [DMB_ISH, STREXB, NOP, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&other_half, 16), "no part of one swap");
}

#[test]
fn rejects_what_it_cannot_follow() {
    let good = [DMB_ISH, LDREXB, STREXB, NOP, DMB_ISH, bl(0)];
    let then = |last: u32| function(&[&good[..], &[last]].concat(), 20);
    assert_accepted(&RULE, then(BX_LR));
    assert_rejected(&RULE, then(BX), "cannot be followed");
    assert_rejected(&RULE, then(RFE), "an unknown");
    // Into the next function, and into the constants behind this one.
    assert_rejected(&RULE, then(NOP), "leaves the function");
    let constants = then(BX_LR).mark("$a", 0).mark("$d", 24);
    assert_rejected(&RULE, constants, "leaves the function");
    // Back where it came from only if equal; otherwise on.
    assert_rejected(&RULE, then(POPEQ), "leaves the function");
}
