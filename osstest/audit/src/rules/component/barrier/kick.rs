// SPDX-License-Identifier: GPL-2.0-only

//! Whoever flags vCPUs and kicks them does the first with release, and looks where
//! they run behind a full barrier.

use super::{Ways, follow, full};
use crate::instruction::{Machine, Op, Order};
use crate::listing::{Instruction, Symbol};
use crate::outcome::{Finding, Outcome, Rule, some_of};
use crate::rules::component::Component;

/// In each function that calls `vcpu_kick()`: a full barrier on every path to the
/// call, and between it and the last flag. It pairs with the scheduler's, between
/// `is_running` and the vCPU's way to the guest. Each flag, which is all that such
/// a function stores as a byte, has release semantics or is behind a full barrier.
pub const RULE: Rule<Component> = Rule {
    name: "kick-barrier",
    check,
};

const KICK: &str = "vcpu_kick";

/// The last barrier on a path since a flag was set.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Last {
    Nothing,
    Release,
    Full,
}
use Last::{Full, Nothing, Release};

fn check(component: &Component) -> Outcome {
    let listing = &component.listing;
    let kickers: Vec<&Symbol> = listing
        .symbols
        .iter()
        .filter(|symbol| symbol.is_defined() && listing.body(symbol).any(kicks))
        .collect();
    let release = match listing.machine {
        Machine::Riscv64 => "fence rw,w and sb",
        _ => "stlrb, or dmb ish and strb",
    };
    let barrier = full(listing.machine);
    let wanted = format!("{release}; {barrier} before each call of {KICK}");
    if kickers.is_empty() {
        return Finding::err(format!("no call of {KICK}"), wanted);
    }
    for function in &kickers {
        let followed = follow(listing, function, Nothing, |instruction, last| {
            if kicks(instruction) && last != Full {
                return Err(format!("{KICK} called before the barrier"));
            }
            match instruction.op {
                Op::StoreByte(Order::Relaxed) if last == Nothing => {
                    Err("a flag without release".into())
                }
                Op::StoreByte(_) => Ok(Ways::both(Nothing)),
                Op::FullBarrier => Ok(Ways::both(Full)),
                Op::ReleaseBarrier if last == Nothing => Ok(Ways::both(Release)),
                // What is accessed behind it, it does not order.
                Op::Plain | Op::Jump => Ok(Ways::both(last)),
                _ if last == Release => Ok(Ways::both(Nothing)),
                _ => Ok(Ways::both(last)),
            }
        });
        if let Err(found) = followed {
            return Finding::err(found, wanted);
        }
    }
    Ok(format!(
        "in {}",
        some_of(kickers.iter().map(|symbol| &symbol.name))
    ))
}

fn kicks(instruction: &Instruction) -> bool {
    instruction.relocation.as_deref() == Some(KICK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ARM64, BOTH, GOOD_OBJECT, assert_accepted, assert_rejected};

    /// A function with this body.
    fn kicker(body: &str) -> String {
        format!("function kicker; {body}; end")
    }

    #[test]
    fn accepts_a_barrier_on_every_path() {
        assert_accepted(BOTH, &RULE, GOOD_OBJECT);
        for body in [
            "dmb ish; bl vcpu_kick; ret",
            "dmb ish; cbnz w3, 1f; bl vcpu_kick; 1: ret",
            "dmb ish; 1: bl vcpu_kick; cbnz w3, 1b; ret",
            // The last call of all.
            "dmb ish; b vcpu_kick",
            "1: dmb ish; strb w3, [x1]; cbnz w3, 1b; dmb ish; bl vcpu_kick; ret",
        ] {
            assert_accepted(BOTH, &RULE, &kicker(body));
        }
        let helper = "helper: ret; .size helper, . - helper";
        let ends_in_another = kicker("dmb ish; bl vcpu_kick; b helper");
        assert_accepted(BOTH, &RULE, &format!("{ends_in_another}; {helper}"));
    }

    #[test]
    fn rejects_a_path_without_one() {
        for body in [
            "nop; bl vcpu_kick; ret",
            "bl vcpu_kick; dmb ish; ret",
            "cbnz w3, 1f; dmb ish; 1: bl vcpu_kick; ret",
            "dmb ish; strb w3, [x1]; bl vcpu_kick; ret",
        ] {
            assert_rejected(BOTH, &RULE, &kicker(body), "before the barrier");
        }
        let good = kicker("dmb ish; bl vcpu_kick; ret");
        let one_of_two = format!("{good}; function other; bl vcpu_kick; ret; end");
        assert_rejected(BOTH, &RULE, &one_of_two, "other+0x0");
    }

    #[test]
    fn rejects_a_flag_without_order() {
        for body in [
            "strb w3, [x1]; dmb ish; bl vcpu_kick; ret",
            "dmb ish; strb w3, [x1]; strb w3, [x1]; dmb ish; bl vcpu_kick; ret",
        ] {
            assert_rejected(BOTH, &RULE, &kicker(body), "a flag without release");
        }
    }

    #[test]
    fn accepts_a_flag_with_release() {
        let release = kicker("stlrb w9, [x10]; dmb ish; bl vcpu_kick; ret");
        assert_accepted(ARM64, &RULE, &release);
        let plain = kicker("strb w9, [x10]; dmb ish; bl vcpu_kick; ret");
        assert_rejected(ARM64, &RULE, &plain, "a flag without release");
    }

    #[test]
    fn rejects_an_object_that_kicks_nobody() {
        assert_rejected(BOTH, &RULE, &kicker("dmb ish; ret"), "no call of");
    }
}
