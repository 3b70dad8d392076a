// SPDX-License-Identifier: GPL-2.0-only

//! Whoever removes from another domain's P2M looks whether all are flagged behind
//! a full barrier, and flags behind that look.

use super::{Ways, follow};
use crate::code::Placed;
use crate::elf::{Elf, Symbol};
use crate::insn::{Op, Order};
use crate::outcome::{Finding, Outcome, Rule};
use crate::rules::component::Component;

/// On every path through `xen_rs_p2m_unlock()` to where it flags a vCPU: a full
/// barrier, then, with no other memory access in between, the load of `all`, then
/// the store of it, then the flags, each with release semantics or behind a full
/// barrier.
pub const RULE: Rule<Component> = Rule {
    name: "unlock-barrier",
    check,
};

const FUNCTION: &str = "xen_rs_p2m_unlock";

/// How far a path has come, and whether a full barrier was met and no memory used
/// since.
type Progress = (Stage, bool);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Start,
    /// `all` is loaded.
    Looked,
    /// `all` is set.
    Set,
}
use Stage::{Looked, Set, Start};

fn check(component: &Component) -> Outcome {
    let flagged = match component.elf.defined(FUNCTION) {
        Some(function) => flags_behind_look(&component.elf, function),
        None => Err(format!("no {FUNCTION}")),
    };
    match flagged {
        Ok(at) => Ok(format!(
            "on every path to where a vCPU is flagged at {FUNCTION}+{at:#x}"
        )),
        Err(found) => Finding::err(
            found,
            "dmb ish, ldrb, strb, then each flag (stlrb, or dmb ish and strb)",
        ),
    }
}

fn flags_behind_look(elf: &Elf, function: &Symbol) -> Result<u64, String> {
    let mut flagged = None;
    follow(elf, function, (Start, false), |placed, before| {
        let next = after(placed, before)?;
        if before.0 == Set && matches!(placed.insn.op, Op::StoreByte(_)) {
            flagged = Some(placed.address - function.address);
        }
        let mut ways = Ways::both(next);
        if placed.insn.conditional && !matches!(placed.insn.op, Op::Jump(_)) {
            ways.skipped = before;
        }
        Ok(ways)
    })?;
    flagged.ok_or_else(|| "no vCPU flagged".to_owned())
}

fn after(placed: &Placed<'_>, (stage, fenced): Progress) -> Result<Progress, &'static str> {
    match (placed.insn.op, stage) {
        (Op::FullBarrier, _) => Ok((stage, true)),
        (Op::LoadByte, Start) if fenced => Ok((Looked, false)),
        (Op::StoreByte(Order::Relaxed), Looked) => Ok((Set, false)),
        (Op::StoreByte(Order::Relaxed), Set) if !fenced => Err("a flag without release"),
        (Op::StoreByte(Order::Release), Start | Looked) => Err("a flag before the look"),
        (Op::Memory | Op::StoreByte(_), Start) if fenced => {
            Err("memory used between barrier and look")
        }
        (Op::LoadByte | Op::StoreByte(_) | Op::Memory, _) => Ok((stage, false)),
        (Op::LoadExclusive | Op::StoreExclusive(_) | Op::Swap(_), _) => Err("a swap"),
        (Op::Call(_) | Op::CallUnknown, _) => Ok((stage, false)),
        _ => Ok((stage, fenced)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Asm::{self, Barrier, Jump, JumpIf, LoadByte, Nop, Ret, StoreByte};
    use crate::testing::{Build, assert_accepted, assert_rejected};

    fn function(body: &[Asm]) -> Build {
        let size = u64::try_from(body.len() * 4).unwrap();
        Build::object().text(body).function(FUNCTION, 0, size)
    }

    #[test]
    fn accepts_the_order_with_barriers() {
        let least = [Barrier, LoadByte, StoreByte, Barrier, StoreByte, Ret];
        assert_accepted(&RULE, function(&least));
        // All are flagged, or there is no vCPU; what comes before does not matter.
        let more = [
            StoreByte,
            LoadByte,
            JumpIf(40),
            Barrier,
            Nop,
            LoadByte,
            JumpIf(24),
            StoreByte,
            JumpIf(16),
            Barrier,
            StoreByte,
            JumpIf(-8),
            Ret,
        ];
        assert_accepted(&RULE, function(&more));
    }

    #[test]
    fn accepts_a_last_call_of_another_function() {
        let body = [Barrier, LoadByte, StoreByte, Barrier, StoreByte, Jump(8)];
        let kicks = Build::object()
            .text(&[&body[..], &[Nop, Ret]].concat())
            .function(FUNCTION, 0, 24)
            .local("kick_later", 28, 4);
        assert_accepted(&RULE, kicks);
        // Not one, but what comes behind this one.
        assert_rejected(&RULE, function(&body), "leaves the function");
    }

    #[test]
    fn rejects_a_missing_or_misplaced_barrier() {
        let none = [LoadByte, StoreByte, Barrier, StoreByte, Ret];
        assert_rejected(&RULE, function(&none), "between barrier and look");
        let late = [LoadByte, Barrier, StoreByte, Barrier, StoreByte, Ret];
        assert_rejected(&RULE, function(&late), "between barrier and look");
        let around = [
            JumpIf(8),
            Barrier,
            LoadByte,
            StoreByte,
            Barrier,
            StoreByte,
            Ret,
        ];
        assert_rejected(&RULE, function(&around), "between barrier and look");
        let plain = [Barrier, LoadByte, StoreByte, StoreByte, Ret];
        assert_rejected(&RULE, function(&plain), "a flag without release");
        let second = [
            Barrier, LoadByte, StoreByte, Barrier, StoreByte, StoreByte, Ret,
        ];
        assert_rejected(&RULE, function(&second), "a flag without release");
    }

    #[test]
    fn rejects_a_function_that_flags_nobody() {
        let none = [Barrier, LoadByte, StoreByte, Ret];
        assert_rejected(&RULE, function(&none), "no vCPU flagged");
        assert_rejected(&RULE, Build::object().text(&[Ret]), "no xen_rs_p2m_unlock");
    }

    #[test]
    fn a64_flags_by_a_release_behind_the_look() {
        use crate::elf::Machine;
        use crate::testing::arm64::{DMB_ISH, LDR, LDRB, RET, STLRB, STRB, SWPALB};

        let function = |body: &[u32]| {
            let size = u64::try_from(body.len() * 4).unwrap();
            let text = Build::object().on(Machine::Arm64).text(body);
            text.function(FUNCTION, 0, size)
        };
        let good = [DMB_ISH, LDRB, STRB, LDR, STLRB, RET];
        assert_accepted(&RULE, function(&good));
        let before = [STLRB, DMB_ISH, LDRB, STRB, STLRB, RET];
        assert_rejected(&RULE, function(&before), "a flag before the look");
        let between = [DMB_ISH, LDRB, STLRB, STRB, RET];
        assert_rejected(&RULE, function(&between), "a flag before the look");
        let other = [DMB_ISH, LDR, LDRB, STRB, STLRB, RET];
        assert_rejected(&RULE, function(&other), "between barrier and look");
        let swap = [DMB_ISH, SWPALB, STRB, STLRB, RET];
        assert_rejected(&RULE, function(&swap), "a swap");
    }

    #[test]
    fn a32_may_set_on_a_condition() {
        use crate::elf::Machine;
        use crate::testing::arm32::{BX_LR, CMP, DMB_ISH, LDRB, STRB, STRBEQ};

        let body = [DMB_ISH, LDRB, CMP, STRBEQ, DMB_ISH, STRB, BX_LR];
        let text = Build::object().on(Machine::Arm32).text(&body);
        assert_accepted(&RULE, text.function(FUNCTION, 0, 28));
    }
}
