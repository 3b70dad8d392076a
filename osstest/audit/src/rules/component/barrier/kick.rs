// SPDX-License-Identifier: GPL-2.0-only

//! Whoever flags vCPUs and kicks them does the first with release, and looks where
//! they run behind a full barrier.

use super::{Ways, body, follow};
use crate::elf::{Elf, Symbol};
use crate::insn::{Op, Order};
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

fn check(component: &Component) -> Outcome {
    let elf = &component.elf;
    let kickers: Vec<&Symbol> = elf
        .symbols
        .iter()
        .filter(|symbol| symbol.is_defined() && symbol.size > 0 && calls_kick(elf, symbol))
        .collect();
    let wanted = format!("stlrb, or dmb ish and strb; dmb ish before each call of {KICK}");
    if kickers.is_empty() {
        return Finding::err(format!("no call of {KICK}"), wanted);
    }
    for function in &kickers {
        let followed = follow(elf, function, false, |placed, fenced| {
            if placed.relocation == Some(KICK) && !fenced {
                return Err(format!("{KICK} called before the barrier"));
            }
            match placed.insn.op {
                Op::StoreByte(Order::Relaxed) if !fenced => Err("a flag without release".into()),
                Op::StoreByte(_) => Ok(Ways::both(false)),
                op => Ok(Ways::both(fenced || op == Op::FullBarrier)),
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

fn calls_kick(elf: &Elf, symbol: &Symbol) -> bool {
    body(elf, symbol)
        .iter()
        .any(|placed| placed.relocation == Some(KICK))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Asm::{self, Barrier, Call, Jump, JumpIf, Nop, Ret, StoreByte};
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
        let flags = [Barrier, StoreByte, JumpIf(-8), Barrier, Call(0), Ret];
        assert_accepted(&RULE, kicks(&flags, 16));
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
    fn rejects_a_flag_without_order() {
        let plain = [StoreByte, Barrier, Call(0), Ret];
        assert_rejected(&RULE, kicks(&plain, 8), "a flag without release");
        let second = [Barrier, StoreByte, StoreByte, Barrier, Call(0), Ret];
        assert_rejected(&RULE, kicks(&second, 16), "a flag without release");
        let no_barrier_after = [Barrier, StoreByte, Call(0), Ret];
        assert_rejected(&RULE, kicks(&no_barrier_after, 8), "before the barrier");
    }

    #[test]
    fn accepts_a_flag_with_release() {
        use crate::elf::Machine;
        use crate::testing::arm64::{DMB_ISH, RET, STLRB, STRB, bl};

        let kicker = |flag: u32| {
            Build::object()
                .on(Machine::Arm64)
                .text(&[flag, DMB_ISH, bl(0), RET])
                .local("kicker", 0, 16)
                .calls(8, KICK)
        };
        assert_accepted(&RULE, kicker(STLRB));
        assert_rejected(&RULE, kicker(STRB), "a flag without release");
    }

    #[test]
    fn rejects_an_object_that_kicks_nobody() {
        assert_rejected(&RULE, Build::object().text(&[Barrier, Ret]), "no call of");
    }
}
