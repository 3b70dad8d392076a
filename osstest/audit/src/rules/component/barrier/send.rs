// SPDX-License-Identifier: GPL-2.0-only

//! The flag for foreign removals is taken as by Xen's `xchg()`: after what comes
//! before it, and with a full barrier behind it.

use super::{Ways, follow, full};
use crate::instruction::{Machine, Op, Order};
use crate::listing::{Instruction, Listing, Symbol};
use crate::outcome::{Finding, Outcome, Rule};
use crate::rules::component::Component;

/// On every path through `xen_rs_mapcache_send()` to the call of
/// `ioreq_signal_mapcache_invalidate()`, the flag is swapped once, by an exclusive
/// pair or in one step. What comes before stays before: the store has release
/// semantics, or follows a full barrier with no other memory access in between.
/// Behind it comes a full barrier, before any other memory access, call or return.
pub const RULE: Rule<Component> = Rule {
    name: "send-barrier",
    check,
};

/// The export that takes the flag.
const FUNCTION: &str = "xen_rs_mapcache_send";
/// What it calls to send the invalidation.
const SEND: &str = "ioreq_signal_mapcache_invalidate";

/// How far a path has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Progress {
    /// Whether a full barrier was met, and no memory used since but by the swap.
    ordered: bool,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Start,
    /// The flag is loaded, and not yet stored to.
    Loaded,
    /// The flag is swapped, and nothing is ordered after that.
    Swapped,
    Fenced,
}
use Stage::{Fenced, Loaded, Start, Swapped};

fn check(component: &Component) -> Outcome {
    let swap = match component.listing.machine {
        Machine::Arm64 => "a swap (ldaxrb and stlxrb, or swpalb)",
        Machine::Arm32 => "dmb ish, a swap (ldrexb and strexb)",
        Machine::Riscv64 => "a swap (amoand.w.aqrl)",
    };
    let wanted = format!("{swap}, {}, then {SEND}", full(component.listing.machine));
    let function = component.listing.defined(FUNCTION);
    function
        .ok_or_else(|| format!("no {FUNCTION}"))
        .and_then(|function| sends_after_barrier(&component.listing, function))
        .map(|at| format!("on every path to {SEND} at {FUNCTION}+{at:#x}"))
        .or_else(|found| Finding::err(found, wanted))
}

/// Follows every path through the function, and returns where it sends.
fn sends_after_barrier(listing: &Listing, function: &Symbol) -> Result<u64, String> {
    let start = Progress {
        ordered: false,
        stage: Start,
    };
    let mut sent = None;
    follow(listing, function, start, |instruction, progress| {
        if instruction.relocation.as_deref() == Some(SEND) {
            if progress.stage != Fenced {
                return Err(format!("{SEND} called before the barrier"));
            }
            sent = Some(instruction.address - function.address);
        }
        after(instruction, progress).map_err(str::to_owned)
    })?;
    sent.ok_or_else(|| format!("no call of {SEND}"))
}

/// How far a path has come behind an instruction.
fn after(instruction: &Instruction, before: Progress) -> Result<Ways<Progress>, &'static str> {
    let stage = before.stage;
    let mut next = before;
    match (instruction.op, stage) {
        // After a swap too: that is how an exclusive pair is tried again.
        (Op::LoadExclusive, Start | Loaded | Swapped) => {
            next.stage = Loaded;
        }
        (Op::StoreExclusive(order), Loaded) | (Op::Swap(order), Start) => {
            if !before.ordered && order != Order::Release {
                return Err("a swap not ordered after what is before it");
            }
            next.stage = Swapped;
        }
        (Op::LoadExclusive | Op::StoreExclusive(_) | Op::Swap(_), _) => {
            return Err("what is no part of one swap");
        }
        (Op::FullBarrier, Start) => next.ordered = true,
        (Op::FullBarrier, Swapped) => next.stage = Fenced,
        (Op::Memory | Op::StoreByte(_), Swapped) => {
            return Err("memory used between swap and barrier");
        }
        (Op::Call | Op::CallUnknown, Swapped) => {
            return Err("a call between swap and barrier");
        }
        (Op::Return, Swapped) => return Err("a return between swap and barrier"),
        (_, Swapped) if instruction.relocation.is_some() => {
            return Err("a branch between swap and barrier");
        }
        (Op::Memory | Op::StoreByte(_) | Op::Call | Op::CallUnknown, _) => {
            next.ordered = false;
        }
        _ => {}
    }
    let mut ways = Ways::both(next);
    if instruction.conditional && !matches!(instruction.op, Op::Jump) {
        ways.skipped = before;
    }
    Ok(ways)
}

#[cfg(test)]
mod tests;
