// SPDX-License-Identifier: GPL-2.0-only

//! The rules on RISC-V: a good object, and what they must reject there. Rules whose cases
//! are the same on each machine have them beside them.

use super::{Component, barrier, known, size, units};
use crate::outcome::Rule;
use crate::testing::{GOOD_OBJECT, RISCV64, assert_accepted, assert_rejected, good_object_and};

#[test]
fn every_rule_accepts_a_good_object() {
    for rule in super::RULES {
        assert_accepted(RISCV64, rule, GOOD_OBJECT);
    }
}

#[test]
fn rejects_what_is_written_for_riscv() {
    let cases: [(&Rule<Component>, &str, &str); 3] = [
        (&known::RULE, "csrr a0, sstatus", "csrr a0,sstatus"),
        (&units::RULE, "float", "fadd.d fa0,fa0,fa1"),
        (&size::RULE, ".rept 1000; nop; .endr", "bytes"),
    ];
    for (rule, more, found) in cases {
        assert_rejected(RISCV64, rule, &good_object_and(more), found);
    }
}

/// One of a function with this body.
fn sender(body: &str) -> String {
    format!("function xen_rs_mapcache_send; {body}; end")
}

#[test]
fn the_flag_is_taken_in_order_and_before_a_full_barrier() {
    let rule = &barrier::send::RULE;
    let send = "call ioreq_signal_mapcache_invalidate; ret";
    for take in [
        "amoand.w.aqrl s4, a0, (a1); fence rw, rw",
        "fence; amoand.w s4, a0, (a1); fence",
        // Both sizes of instructions, and a condition.
        "mv a0, a1; bnez a0, 1f; 1: amoand.w.rl s4, a0, (a1); fence rw, rw",
    ] {
        assert_accepted(RISCV64, rule, &sender(&format!("{take}; {send}")));
    }
    for (take, found) in [
        ("amoand.w.aq s4, a0, (a1); fence rw, rw", "not ordered"),
        ("amoand.w.aqrl s4, a0, (a1)", "called before the barrier"),
        ("amoand.w.aqrl s4, a0, (a1); fence rw, w", "called before"),
        (
            "amoand.w.aqrl s4, a0, (a1); sd zero, 0(a2); fence",
            "memory used",
        ),
        (
            "bnez a0, 1f; amoand.w.aqrl s4, a0, (a1); fence; 1: nop",
            "called before",
        ),
        (
            "lr.w s4, (a1); amoand.w.aqrl s4, a0, (a1); fence",
            "unknown",
        ),
    ] {
        assert_rejected(RISCV64, rule, &sender(&format!("{take}; {send}")), found);
    }
}

#[test]
fn flags_are_set_with_release_and_kicked_behind_a_full_barrier() {
    let rule = &barrier::kick::RULE;
    let kicker = |body: &str| format!("function kicker; {body}; call vcpu_kick; ret; end");
    for body in [
        "fence rw, w; sb a2, 0(a1); fence rw, rw",
        "1: fence rw, w; li a2, 1; sb a2, 0(a1); bnez a3, 1b; fence",
    ] {
        assert_accepted(RISCV64, rule, &kicker(body));
    }
    for (body, found) in [
        ("sb a2, 0(a1); fence rw, rw", "a flag without release"),
        ("fence r, rw; sb a2, 0(a1); fence rw, rw", "without release"),
        (
            "fence rw, w; ld a3, 0(a1); sb a2, 0(a1); fence",
            "without release",
        ),
        ("fence rw, w; sb a2, 0(a1)", "before the barrier"),
        (
            "fence rw, w; sb a2, 0(a1); fence rw, w",
            "before the barrier",
        ),
        ("bnez a3, 1f; fence rw, rw; 1: nop", "before the barrier"),
    ] {
        assert_rejected(RISCV64, rule, &kicker(body), found);
    }
}
