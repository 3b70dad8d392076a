// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing::{ARM32, ARM64, BOTH, GOOD_OBJECT, assert_accepted, assert_rejected};

/// The instructions of A64 and A32 that a swap is made of.
const SHORT: [(&str, &str); 10] = [
    ("LDXRB", "ldxrb w19, [x8]"),
    ("LDAXRB", "ldaxrb w19, [x8]"),
    ("STXRB", "stxrb w9, wzr, [x8]"),
    ("STLXRB", "stlxrb w9, wzr, [x8]"),
    ("SWPB", "swpb w0, w19, [x1]"),
    ("SWPLB", "swplb w0, w19, [x1]"),
    ("SWPALB", "swpalb w0, w19, [x1]"),
    ("LDREXB", "ldrexb r4, [r0]"),
    ("STREXB", "strexb r2, r1, [r0]"),
    ("SEND", SEND),
];

/// The function with this body, in which words are short for these.
fn function(body: &str) -> String {
    let body = SHORT.iter().fold(body.to_owned(), |body, (word, text)| {
        body.replace(word, text)
    });
    format!("function {FUNCTION}; {body}; end")
}

#[track_caller]
fn accepts(machines: &[Machine], body: &str) {
    assert_accepted(machines, &RULE, &function(body));
}

#[track_caller]
fn rejects(machines: &[Machine], body: &str, found: &str) {
    assert_rejected(machines, &RULE, &function(body), found);
}

/// A swap that is ordered on either architecture, and what comes behind it.
fn swap_then(rest: &str) -> String {
    format!("dmb ish; load_exclusive; store_exclusive; {rest}")
}

#[test]
fn accepts_the_least_that_is_enough() {
    assert_accepted(BOTH, &RULE, GOOD_OBJECT);
    accepts(BOTH, &swap_then("dmb ish; bl SEND; ret"));
    accepts(BOTH, &swap_then("dmb ish; b SEND"));
    accepts(BOTH, &swap_then("dmb ish; cbnz w3, SEND; ret"));
    let unless_due = swap_then("dmb ish; bl SEND; 1: ret");
    accepts(BOTH, &format!("ldrb w3, [x1]; cbnz w3, 1f; {unless_due}"));
}

#[test]
fn rejects_less() {
    rejects(BOTH, &swap_then("bl SEND; ret"), "before the barrier");
    let no_store = "dmb ish; load_exclusive; dmb ish; bl SEND; ret";
    rejects(BOTH, no_store, "before the barrier");
    let no_load = "dmb ish; store_exclusive; dmb ish; bl SEND; ret";
    rejects(BOTH, no_load, "no part of one swap");
    rejects(BOTH, "dmb ish; dmb ish; bl SEND; ret", "before the barrier");
    let too_early = "dmb ish; bl SEND; load_exclusive; store_exclusive; dmb ish; ret";
    rejects(BOTH, too_early, "before the barrier");
}

#[test]
fn rejects_another_order() {
    for (rest, found) in [
        ("bl SEND; dmb ish; ret", "before the barrier"),
        ("ldrb w3, [x1]; dmb ish; bl SEND; ret", "memory used"),
        ("strb w3, [x1]; dmb ish; bl SEND; ret", "memory used"),
        ("ret; dmb ish; bl SEND", "a return between"),
    ] {
        rejects(BOTH, &swap_then(rest), found);
    }
}

#[test]
fn rejects_a_path_around_it() {
    // On a condition that is not the flag.
    let the_swap =
        "dmb ish; cbnz w3, 1f; load_exclusive; store_exclusive; dmb ish; 1: bl SEND; ret";
    rejects(BOTH, the_swap, "before the barrier");
    let the_barrier = swap_then("cbnz w3, 1f; dmb ish; 1: bl SEND; ret");
    rejects(BOTH, &the_barrier, "before the barrier");
}

#[test]
fn rejects_when_there_is_nothing_to_follow() {
    rejects(BOTH, &swap_then("dmb ish; ret"), "no call of");
    assert_rejected(BOTH, &RULE, "ret", "no xen_rs_mapcache_send");
    let only_wanted = format!("bl {FUNCTION}; ret");
    assert_rejected(BOTH, &RULE, &only_wanted, "no xen_rs_mapcache_send");
}

/// What A64 has of its own: a swap that is ordered by itself, or one step, and a
/// branch that asks about a register.
mod arm64 {
    use super::*;

    #[test]
    fn accepts_what_rustc_makes() {
        let exclusive = "1: LDAXRB; STLXRB; cbnz w9, 1b; dmb ish; ldr x0, [x1]; bl SEND; ret";
        accepts(ARM64, exclusive);
        accepts(ARM64, "SWPALB; dmb ish; bl SEND; ret");
    }

    #[test]
    fn accepts_other_shapes_in_the_same_order() {
        for body in [
            "SWPALB; nop; dmb sy; bl SEND; ret",
            "SWPALB; dmb ish; b SEND; ret",
            // A look before it, and memory and another call around it.
            "ldr x0, [x1]; bl other; cbz w0, 1f; SWPALB; dmb ish; ldr x0, [x1]; bl SEND; 1: ret",
            "cbz w0, 1f; SWPALB; dmb ish; bl SEND; ret; 1: brk #1",
            // As Linux has it: the barrier behind the swap serves the load as well.
            "1: LDXRB; STLXRB; cbnz w9, 1b; dmb ish; bl SEND; ret",
            "SWPLB; dmb ish; bl SEND; ret",
            "ldr x0, [x1]; dmb ish; SWPB; dmb ish; bl SEND; ret",
        ] {
            accepts(ARM64, body);
        }
    }

    #[test]
    fn rejects_a_missing_or_weaker_barrier() {
        for body in [
            "1: LDAXRB; STLXRB; cbnz w9, 1b; bl SEND; ret",
            "SWPALB; dmb ishld; bl SEND; ret",
            "1: LDAXRB; dmb ish; STLXRB; cbnz w9, 1b; bl SEND; ret",
        ] {
            rejects(ARM64, body, "before the barrier");
        }
        let found = "a call between";
        rejects(ARM64, "SWPALB; bl other; dmb ish; bl SEND; ret", found);
        rejects(ARM64, "SWPALB; blr x8; dmb ish; bl SEND; ret", found);
        let last_call = "SWPALB; cbz w0, 1f; dmb ish; bl SEND; 1: b other";
        rejects(ARM64, last_call, "a branch between");
    }

    #[test]
    fn rejects_another_swap() {
        for body in [
            "1: LDXRB; STXRB; cbnz w9, 1b; dmb ish; bl SEND; ret",
            "SWPB; dmb ish; bl SEND; ret",
            "1: LDAXRB; STXRB; cbnz w9, 1b; dmb ish; bl SEND; ret",
            "dmb ish; ldr x0, [x1]; SWPB; dmb ish; bl SEND; ret",
        ] {
            rejects(ARM64, body, "not ordered after");
        }
        let found = "no part of one swap";
        rejects(ARM64, "STLXRB; dmb ish; bl SEND; ret", found);
        rejects(ARM64, "SWPALB; SWPALB; dmb ish; bl SEND; ret", found);
        rejects(ARM64, "SWPALB; dmb ish; SWPALB; bl SEND; ret", found);
    }

    #[test]
    fn rejects_what_it_cannot_follow() {
        rejects(
            ARM64,
            "SWPALB; dmb ish; bl SEND; br x16",
            "cannot be followed",
        );
        let falls_out = function("SWPALB; dmb ish; bl SEND") + "; function next; ret; end";
        assert_rejected(ARM64, &RULE, &falls_out, "leaves the function");
        rejects(
            ARM64,
            ".inst 0x02000000; ret",
            "an unknown instruction, .inst",
        );
        rejects(ARM64, "svc #0; ret", "an unknown instruction, svc");
        // take() in a function of its own, which is not followed.
        let not_inlined = "bl 1f; bl SEND; ret; 1: SWPALB; dmb ish; ret";
        rejects(ARM64, not_inlined, "before the barrier");
    }
}

/// What A32 has of its own: a swap that says nothing of what is before it, flags
/// that a comparison sets, and instructions that may do nothing.
mod arm32 {
    use super::*;

    /// A swap that is tried again, with the barrier behind it.
    const SWAPPED: &str = "1: LDREXB; STREXB; cmp r2, #0; bne 1b; dmb ish";

    #[test]
    fn accepts_what_rustc_makes() {
        let (push, pop) = ("push {r4, sl, fp, lr}", "pop {r4, sl, fp, pc}");
        let body = format!("{push}; dmb ish; {SWAPPED}; ldr r0, [r1]; bl SEND; {pop}");
        accepts(ARM32, &body);
    }

    #[test]
    fn accepts_other_shapes_in_the_same_order() {
        let stronger = SWAPPED.replace("ish", "sy");
        // Of Armv8: the store itself is ordered.
        let release = SWAPPED.replace("LDREXB", "ldaexb r4, [r0]");
        let release = release.replace("STREXB", "stlexb r2, r1, [r0]");
        let stops = "cmp r2, #0; beq 2f; dmb ish";
        for body in [
            format!("dmb sy; {stronger}; blne SEND; pop {{r4, pc}}"),
            format!("dmb ish; {SWAPPED}; popeq {{r4, pc}}; b SEND"),
            format!("push {{r4, lr}}; {release}; bl SEND; pop {{r4, pc}}"),
            format!("{stops}; LDREXB; STREXB; dmb ish; b SEND; 2: udf #0"),
        ] {
            accepts(ARM32, &body);
        }
    }

    #[test]
    fn rejects_a_missing_or_weaker_barrier() {
        let none_before = format!("{SWAPPED}; bl SEND; bx lr");
        rejects(ARM32, &none_before, "not ordered after");
        let none_after = "dmb ish; 1: LDREXB; STREXB; cmp r2, #0; bne 1b; bl SEND; bx lr";
        rejects(ARM32, none_after, "before the barrier");
        let stores_before = "dmb ishst; LDREXB; STREXB; dmb ish; bl SEND; bx lr";
        rejects(ARM32, stores_before, "not ordered after");
        let stores_after = "dmb ish; LDREXB; STREXB; dmb ishst; bl SEND; bx lr";
        rejects(ARM32, stores_after, "before the barrier");
    }

    #[test]
    fn rejects_a_barrier_in_the_wrong_place() {
        for body in [
            "dmb ish; ldr r0, [r1]; LDREXB; STREXB; dmb ish; bl SEND; bx lr",
            "dmb ish; bl other; LDREXB; STREXB; dmb ish; bl SEND; bx lr",
            "LDREXB; dmb ish; STREXB; dmb ish; bl SEND; bx lr",
            "cmp r2, #0; beq 1f; dmb ish; 1: LDREXB; STREXB; dmb ish; bl SEND; bx lr",
        ] {
            rejects(ARM32, body, "not ordered after");
        }
        for call in ["bl other", "blx r3"] {
            let body = format!("dmb ish; LDREXB; STREXB; {call}; dmb ish; bl SEND; bx lr");
            rejects(ARM32, &body, "a call between");
        }
    }

    #[test]
    fn rejects_what_is_done_on_a_condition_alone() {
        let no_load = "dmb ish; ldrexbeq r4, [r0]; STREXB; dmb ish; bl SEND; bx lr";
        rejects(ARM32, no_load, "no part of one swap");
        let no_store = "dmb ish; LDREXB; strexbeq r2, r1, [r0]; dmb ish; bl SEND; bx lr";
        rejects(ARM32, no_store, "before the barrier");
        let a_return = "dmb ish; LDREXB; STREXB; popeq {r4, pc}; dmb ish; bl SEND; bx lr";
        rejects(ARM32, a_return, "a return between");
        let a_send = "dmb ish; LDREXB; STREXB; blne SEND; dmb ish; bx lr";
        rejects(ARM32, a_send, "before the barrier");
    }

    #[test]
    fn rejects_another_swap() {
        let words = "dmb ish; ldrex r4, [r0]; strex r2, r1, [r0]; dmb ish; bl SEND; bx lr";
        rejects(ARM32, words, "before the barrier");
        // Of older processors, and not to be assembled for newer: swpb r0, r1, [r2].
        let old = "dmb ish; .inst 0xe1420091; dmb ish; bl SEND; bx lr";
        rejects(ARM32, old, "an unknown instruction, swpb");
        rejects(
            ARM32,
            "dmb ish; STREXB; dmb ish; bl SEND; bx lr",
            "no part of one swap",
        );
    }

    #[test]
    fn rejects_what_it_cannot_follow() {
        let then = |last: &str| format!("dmb ish; {SWAPPED}; bl SEND; {last}");
        accepts(ARM32, &then("bx lr"));
        rejects(ARM32, &then("bx r0"), "cannot be followed");
        rejects(ARM32, &then("rfeia sp!"), "an unknown instruction, rfeia");
        // Into the next function, and into the constants behind this one.
        rejects(ARM32, &then("nop"), "leaves the function");
        rejects(ARM32, &then(".word 0xe12fff1e"), "leaves the function");
        // Back where it came from only if equal; otherwise on.
        rejects(ARM32, &then("popeq {r4, pc}"), "leaves the function");
    }
}
