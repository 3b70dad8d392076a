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
        DMB_ISH,
        LDR,
        bl(0),
        POP,
    ];
    assert_accepted(&RULE, function(&body, 32));
}

#[test]
fn accepts_other_shapes_in_the_same_order() {
    let conditional = [DMB_SY, LDREXB, STREXB, CMP, bne(-12), DMB_SY, blne(0), POP];
    assert_accepted(&RULE, function(&conditional, 24));
    let returns_early = [DMB_ISH, LDREXB, STREXB, bne(-8), DMB_ISH, POPEQ, b(0)];
    assert_accepted(&RULE, function(&returns_early, 24));
    // Of Armv8: the store itself is ordered.
    let release = [PUSH, LDAEXB, STLEXB, CMP, bne(-12), DMB_ISH, bl(0), POP];
    assert_accepted(&RULE, function(&release, 24));
    let stops = [CMP, beq(24), DMB_ISH, LDREXB, STREXB, DMB_ISH, b(0), UDF];
    assert_accepted(&RULE, function(&stops, 24));
}

#[test]
fn rejects_a_missing_or_weaker_barrier() {
    let none_before = [LDREXB, STREXB, CMP, bne(-12), DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&none_before, 20), "not ordered after");
    let none_after = [DMB_ISH, LDREXB, STREXB, CMP, bne(-12), bl(0), BX_LR];
    assert_rejected(&RULE, function(&none_after, 20), "before the barrier");
    let stores_before = [DMB_ISHST, LDREXB, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&stores_before, 16), "not ordered after");
    let stores_after = [DMB_ISH, LDREXB, STREXB, DMB_ISHST, bl(0), BX_LR];
    assert_rejected(&RULE, function(&stores_after, 16), "before the barrier");
}

#[test]
fn rejects_a_barrier_in_the_wrong_place() {
    let memory_behind_it = [DMB_ISH, LDR, LDREXB, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&memory_behind_it, 20), "not ordered after");
    let call_behind_it = [DMB_ISH, bl(0x40), LDREXB, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&call_behind_it, 20), "not ordered after");
    let inside = [LDREXB, DMB_ISH, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&inside, 16), "not ordered after");
    let on_one_path = [CMP, beq(8), DMB_ISH, LDREXB, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&on_one_path, 24), "not ordered after");
    let behind_a_call = [DMB_ISH, LDREXB, STREXB, bl(0x40), DMB_ISH, bl(0), POP];
    assert_rejected(&RULE, function(&behind_a_call, 20), "a call between");
    let behind_a_pointer = [DMB_ISH, LDREXB, STREXB, BLX, DMB_ISH, bl(0), POP];
    assert_rejected(&RULE, function(&behind_a_pointer, 20), "a call between");
}

#[test]
fn rejects_what_is_done_on_a_condition_alone() {
    let no_load = [DMB_ISH, LDREXBEQ, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&no_load, 16), "no part of one swap");
    let no_store = [DMB_ISH, LDREXB, STREXBEQ, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&no_store, 16), "before the barrier");
    let a_return = [DMB_ISH, LDREXB, STREXB, POPEQ, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&a_return, 20), "a return between");
    let a_send = [DMB_ISH, LDREXB, STREXB, blne(0), DMB_ISH, BX_LR];
    assert_rejected(&RULE, function(&a_send, 12), "before the barrier");
}

#[test]
fn rejects_another_swap() {
    let words = [DMB_ISH, LDREX, STREX, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&words, 16), "before the barrier");
    let old = [DMB_ISH, SWPB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&old, 12), "before the barrier");
    let other_half = [DMB_ISH, STREXB, DMB_ISH, bl(0), BX_LR];
    assert_rejected(&RULE, function(&other_half, 12), "no part of one swap");
}

#[test]
fn rejects_what_it_cannot_follow() {
    let good = [DMB_ISH, LDREXB, STREXB, DMB_ISH, bl(0)];
    let then = |last: u32| function(&[&good[..], &[last]].concat(), 16);
    assert_accepted(&RULE, then(BX_LR));
    assert_rejected(&RULE, then(BX), "cannot be followed");
    assert_rejected(&RULE, then(RFE), "an unknown");
    // Into the next function, and into the constants behind this one.
    assert_rejected(&RULE, then(NOP), "leaves the function");
    let constants = then(BX_LR).mark("$a", 0).mark("$d", 20);
    assert_rejected(&RULE, constants, "leaves the function");
    // Back where it came from only if equal; otherwise on.
    assert_rejected(&RULE, then(POPEQ), "leaves the function");
}
