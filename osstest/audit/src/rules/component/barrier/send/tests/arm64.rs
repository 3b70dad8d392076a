// SPDX-License-Identifier: GPL-2.0-only

//! What A64 has of its own: a swap that is ordered by itself, or one step, and a
//! branch that asks about a register.

use super::{FUNCTION, RULE, SEND, assert_accepted, assert_rejected};
use crate::elf::Machine;
use crate::testing::Build;
use crate::testing::arm64::{
    BLR, BR, BRK, DMB_ISH, DMB_ISHLD, DMB_SY, LDAXRB, LDR, LDXRB, NOP, RET, STLXRB, STXRB, SWPALB,
    SWPB, SWPLB, b, bl, cbnz, cbz,
};

fn function(body: &[u32], send: u64) -> Build {
    super::function(body, send).on(Machine::Arm64)
}

#[test]
fn accepts_what_rustc_makes() {
    let exclusive = [LDAXRB, STLXRB, cbnz(-8), DMB_ISH, LDR, bl(0), RET];
    assert_accepted(&RULE, function(&exclusive, 20));
    let lse = [SWPALB, DMB_ISH, bl(0), RET];
    assert_accepted(&RULE, function(&lse, 8));
}

#[test]
fn accepts_other_shapes_in_the_same_order() {
    let stronger = [SWPALB, NOP, DMB_SY, bl(0), RET];
    assert_accepted(&RULE, function(&stronger, 12));
    let tail_call = [SWPALB, DMB_ISH, b(0), RET];
    assert_accepted(&RULE, function(&tail_call, 8));
    // A look before it, and memory and another call around it.
    let peek = [LDR, bl(0x40), cbz(20), SWPALB, DMB_ISH, LDR, bl(0), RET];
    assert_accepted(&RULE, function(&peek, 24));
    let stops = [cbz(20), SWPALB, DMB_ISH, bl(0), RET, BRK];
    assert_accepted(&RULE, function(&stops, 12));
    // As Linux has it: the barrier behind the swap serves the load as well.
    let release = [LDXRB, STLXRB, cbnz(-8), DMB_ISH, bl(0), RET];
    assert_accepted(&RULE, function(&release, 16));
    let release_lse = [SWPLB, DMB_ISH, bl(0), RET];
    assert_accepted(&RULE, function(&release_lse, 8));
    let barriers = [LDR, DMB_ISH, SWPB, DMB_ISH, bl(0), RET];
    assert_accepted(&RULE, function(&barriers, 16));
}

#[test]
fn rejects_a_missing_or_weaker_barrier() {
    let none = [LDAXRB, STLXRB, cbnz(-8), bl(0), RET];
    assert_rejected(&RULE, function(&none, 12), "before the barrier");
    let loads = [SWPALB, DMB_ISHLD, bl(0), RET];
    assert_rejected(&RULE, function(&loads, 8), "before the barrier");
    let inside = [LDAXRB, DMB_ISH, STLXRB, cbnz(-12), bl(0), RET];
    assert_rejected(&RULE, function(&inside, 16), "before the barrier");
    let behind_a_call = [SWPALB, bl(0x40), DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&behind_a_call, 12), "a call between");
    let behind_a_pointer = [SWPALB, BLR, DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&behind_a_pointer, 12), "a call between");
    let behind_a_tail_call = [SWPALB, cbz(12), DMB_ISH, bl(0), b(0)];
    let other = function(&behind_a_tail_call, 12).calls(16, "other");
    assert_rejected(&RULE, other, "a branch between");
}

#[test]
fn rejects_another_swap() {
    let relaxed = [LDXRB, STXRB, cbnz(-8), DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&relaxed, 16), "not ordered after");
    let relaxed_lse = [SWPB, DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&relaxed_lse, 8), "not ordered after");
    let acquired = [LDAXRB, STXRB, cbnz(-8), DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&acquired, 16), "not ordered after");
    let too_early = [DMB_ISH, LDR, SWPB, DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&too_early, 16), "not ordered after");
    let other_half = [STLXRB, DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&other_half, 8), "no part of one swap");
    let twice = [SWPALB, SWPALB, DMB_ISH, bl(0), RET];
    assert_rejected(&RULE, function(&twice, 12), "no part of one swap");
    let again = [SWPALB, DMB_ISH, SWPALB, bl(0), RET];
    assert_rejected(&RULE, function(&again, 12), "no part of one swap");
}

#[test]
fn rejects_what_it_cannot_follow() {
    let pointer = [SWPALB, DMB_ISH, bl(0), BR];
    assert_rejected(&RULE, function(&pointer, 8), "cannot be followed");
    // Into the next function.
    let falls_out = Build::object()
        .on(Machine::Arm64)
        .text(&[SWPALB, DMB_ISH, bl(0), RET])
        .function(FUNCTION, 0, 12)
        .function("next", 12, 4)
        .calls(8, SEND);
    assert_rejected(&RULE, falls_out, "leaves the function");
    let unknown = Build::object()
        .on(Machine::Arm64)
        .text(&[0x0200_0000, RET])
        .function(FUNCTION, 0, 8);
    assert_rejected(&RULE, unknown, "unknown");
    // take() in a function of its own, which is not followed.
    let not_inlined = [bl(12), bl(0), RET, SWPALB, DMB_ISH, RET];
    assert_rejected(&RULE, function(&not_inlined, 4), "before the barrier");
}
