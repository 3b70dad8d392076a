// SPDX-License-Identifier: GPL-2.0-only

//! A note is taken with a full barrier before the emulators are told of it.

use std::collections::BTreeSet;

use super::Component;
use crate::code::{Placed, instructions};
use crate::elf::{Elf, Machine, Symbol};
use crate::insn::{Op, Order};
use crate::outcome::{Finding, Outcome, Rule};

/// Xen's `xchg()` is a full barrier and Rust's `swap` is not on arm64:
/// `Pending::take()` adds a fence. On arm32 a swap has one before and one after
/// it, and the compiler folds the fence into the second. What became of it is to
/// be seen here alone.
///
/// On every path through `xen_rs_mapcache_signal()` the flag is swapped once, by
/// an exclusive pair or in one step. What comes before stays before: the store
/// has release semantics, or follows a full barrier with no other memory access
/// in between. What comes after stays after: a full barrier is next, before any
/// other memory access, call or return. And `ioreq_signal_mapcache_invalidate()`
/// is called after that only.
pub const RULE: Rule<Component> = Rule {
    name: "full-barrier",
    check,
};

/// The export that takes the note.
const FUNCTION: &str = "xen_rs_mapcache_signal";
/// What it calls to tell the emulators.
const TELL: &str = "ioreq_signal_mapcache_invalidate";

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
    let swap = match component.elf.machine {
        Machine::Arm64 => "a swap (ldaxrb and stlxrb, or swpalb)",
        Machine::Arm32 => "dmb ish, a swap (ldrexb and strexb)",
    };
    let wanted = format!("{swap}, dmb ish, then {TELL}");
    let told = match component.elf.defined(FUNCTION) {
        Some(function) => tell_after_barrier(&component.elf, function),
        None => Err(format!("no {FUNCTION}")),
    };
    match told {
        Ok(at) => Ok(format!("on every path to {TELL} at {FUNCTION}+{at:#x}")),
        Err(found) => Finding::err(found, wanted),
    }
}

/// Follows every path through the function, and returns where it tells.
fn tell_after_barrier(elf: &Elf, function: &Symbol) -> Result<u64, String> {
    let body = body(elf, function);
    let place = |at: u64| format!("{FUNCTION}+{:#x}", at.wrapping_sub(function.address));
    let mut told = None;
    let mut seen = BTreeSet::new();
    let start = Progress {
        ordered: false,
        stage: Start,
    };
    let mut paths = vec![(function.address, start)];
    while let Some((address, progress)) = paths.pop() {
        if !seen.insert((address, progress)) {
            continue;
        }
        let at = place(address);
        let Some(placed) = body.iter().find(|placed| placed.address == address) else {
            return Err(format!("a path that leaves the function to {at}"));
        };
        if placed.relocation == Some(TELL) {
            if progress.stage != Fenced {
                return Err(format!("{TELL} called at {at} before the barrier"));
            }
            told = Some(address - function.address);
        }
        let next = after(placed, progress).map_err(|what| format!("{what} at {at}"))?;
        paths.extend(successor(placed).map(|to| (to, next)));
        if placed.insn.conditional {
            paths.push((placed.address + 4, progress));
        }
    }
    told.ok_or_else(|| format!("no call of {TELL}"))
}

fn body<'a>(elf: &'a Elf, function: &Symbol) -> Vec<Placed<'a>> {
    elf.executable_sections()
        .filter(|section| elf.symbols_in(section).any(|symbol| symbol == function))
        .flat_map(|section| instructions(elf, section))
        .filter(|placed| placed.address.wrapping_sub(function.address) < function.size)
        .collect()
}

/// How far a path has come behind an instruction.
fn after(placed: &Placed<'_>, before: Progress) -> Result<Progress, &'static str> {
    let Progress { ordered, stage } = before;
    let reached = |stage| Ok(Progress { ordered, stage });
    match (placed.insn.op, stage) {
        (Op::Unknown, _) => Err("an unknown instruction"),
        (Op::JumpUnknown, _) => Err("a branch that cannot be followed"),
        // After a swap too: that is how an exclusive pair is tried again.
        (Op::LoadExclusive, _) => reached(Loaded),
        (Op::StoreExclusive(order), Loaded) | (Op::Swap(order), Start) => {
            if ordered || order == Order::Release {
                reached(Swapped)
            } else {
                Err("a swap not ordered after what is before it")
            }
        }
        (Op::StoreExclusive(_) | Op::Swap(_), _) => Err("a store that is no part of one swap"),
        (Op::FullBarrier, Start) => Ok(Progress {
            ordered: true,
            stage,
        }),
        (Op::FullBarrier, Swapped) => reached(Fenced),
        (Op::Memory, Swapped) => Err("memory used between swap and barrier"),
        (Op::Call(_) | Op::CallUnknown, Swapped) => Err("a call between swap and barrier"),
        (Op::Return, Swapped) => Err("a return between swap and barrier"),
        (_, Swapped) if placed.relocation.is_some() => Err("a branch between swap and barrier"),
        (Op::Memory | Op::Call(_) | Op::CallUnknown, _) => Ok(Progress {
            ordered: false,
            stage,
        }),
        _ => Ok(before),
    }
}

/// Where a path goes on inside the function, if the instruction does what it
/// says.
fn successor(placed: &Placed<'_>) -> Option<u64> {
    match placed.insn.op {
        Op::Return | Op::Stop => None,
        Op::Jump(_) => placed.target(),
        _ => Some(placed.address + 4),
    }
}

#[cfg(test)]
mod tests;
