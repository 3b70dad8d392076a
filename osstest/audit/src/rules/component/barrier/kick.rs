// SPDX-License-Identifier: GPL-2.0-only

//! Whoever kicks looks at the flags, and where the vCPUs run, behind a full
//! barrier.

use super::{Ways, body, follow};
use crate::elf::{Elf, Symbol};
use crate::insn::Op;
use crate::outcome::{Finding, Outcome, Rule, some_of};
use crate::rules::component::Component;

/// In each function that calls `vcpu_kick()`: a full barrier on every path to the
/// call. It pairs with the scheduler's, between `is_running` and the vCPU's way to
/// the guest.
pub const RULE: Rule<Component> = Rule {
    name: "kick-barrier",
    check,
};

const KICK: &str = "vcpu_kick";

fn check(component: &Component) -> Outcome {
    let elf = &component.elf;
    let kickers: Vec<&Symbol> = elf
        .symbols
        .iter()
        .filter(|symbol| symbol.is_defined() && symbol.size > 0 && calls_kick(elf, symbol))
        .collect();
    let wanted = format!("dmb ish before each call of {KICK}");
    if kickers.is_empty() {
        return Finding::err(format!("no call of {KICK}"), wanted);
    }
    for function in &kickers {
        let followed = follow(elf, function, false, |placed, fenced| {
            if placed.relocation == Some(KICK) && !fenced {
                return Err(format!("{KICK} called before the barrier"));
            }
            Ok(Ways::both(fenced || placed.insn.op == Op::FullBarrier))
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

fn calls_kick(elf: &Elf, symbol: &Symbol) -> bool {
    body(elf, symbol)
        .iter()
        .any(|placed| placed.relocation == Some(KICK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Asm::{self, Barrier, Call, Jump, JumpIf, Nop, Ret};
    use crate::testing::{Build, assert_accepted, assert_rejected};

    fn kicks(body: &[Asm], at: u64) -> Build {
        let size = u64::try_from(body.len() * 4).unwrap();
        Build::object()
            .text(body)
            .local("kicker", 0, size)
            .calls(at, KICK)
    }

    #[test]
    fn accepts_a_barrier_on_every_path() {
        assert_accepted(&RULE, kicks(&[Barrier, Call(0), Ret], 4));
        assert_accepted(&RULE, kicks(&[Barrier, JumpIf(8), Call(0), Ret], 8));
        assert_accepted(&RULE, kicks(&[Barrier, Call(0), JumpIf(-4), Ret], 4));
        // The last call of all.
        assert_accepted(&RULE, kicks(&[Barrier, Jump(0)], 4));
    }

    #[test]
    fn rejects_a_path_without_one() {
        assert_rejected(&RULE, kicks(&[Nop, Call(0), Ret], 4), "before the barrier");
        assert_rejected(
            &RULE,
            kicks(&[Call(0), Barrier, Ret], 0),
            "before the barrier",
        );
        let around = [JumpIf(8), Barrier, Call(0), Ret];
        assert_rejected(&RULE, kicks(&around, 8), "before the barrier");
        let one_of_two = kicks(&[Barrier, Call(0), Ret, Call(0), Ret], 4)
            .local("other", 12, 8)
            .calls(12, KICK);
        assert_rejected(&RULE, one_of_two, "other+0x0");
    }

    #[test]
    fn rejects_an_object_that_kicks_nobody() {
        assert_rejected(&RULE, Build::object().text(&[Barrier, Ret]), "no call of");
    }
}
