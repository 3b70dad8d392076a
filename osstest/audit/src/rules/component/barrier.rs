// SPDX-License-Identifier: GPL-2.0-only

//! A note is taken with a full barrier before the emulators are told of it.

use std::collections::BTreeSet;

use super::Component;
use crate::code::{Placed, instructions};
use crate::elf::{Elf, Symbol};
use crate::insn::Op;
use crate::outcome::{Finding, Outcome, Rule};

/// Xen's `xchg()` is a full barrier and Rust's `swap` is not: `Pending::take()`
/// adds a fence. Whether the compiler kept the order is to be seen here alone.
///
/// On every path through `xen_rs_mapcache_signal()` the flag is swapped by one
/// exclusive pair or one swap, each with acquire and release; then comes a full
/// barrier, before any other memory access, call or return; and
/// `ioreq_signal_mapcache_invalidate()` is called after it only.
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
enum Progress {
    Start,
    /// The flag is loaded, and not yet stored to.
    Loaded,
    /// The flag is swapped, and nothing is ordered after that.
    Swapped,
    Fenced,
}
use Progress::{Fenced, Loaded, Start, Swapped};

fn check(component: &Component) -> Outcome {
    let wanted = format!("a swap (ldaxrb and stlxrb, or swpalb), dmb ish, then {TELL}");
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
    let mut paths = vec![(function.address, Start)];
    while let Some((address, progress)) = paths.pop() {
        if !seen.insert((address, progress)) {
            continue;
        }
        let at = place(address);
        let Some(placed) = body.iter().find(|placed| placed.address == address) else {
            return Err(format!("a path that leaves the function to {at}"));
        };
        if placed.relocation == Some(TELL) {
            if progress != Fenced {
                return Err(format!("{TELL} called at {at} before the barrier"));
            }
            told = Some(address - function.address);
        }
        let next = after(placed, progress).map_err(|what| format!("{what} at {at}"))?;
        paths.extend(successors(placed).into_iter().map(|to| (to, next)));
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
    match (placed.insn.op, before) {
        (Op::Unknown, _) => Err("an unknown instruction"),
        (Op::JumpUnknown, _) => Err("a branch that cannot be followed"),
        // After a swap too: that is how an exclusive pair is tried again.
        (Op::LoadExclusive, _) => Ok(Loaded),
        (Op::StoreExclusive, Loaded) | (Op::Swap, Start) => Ok(Swapped),
        (Op::StoreExclusive | Op::Swap, _) => Err("a store that is no part of one swap"),
        (Op::FullBarrier, Swapped) => Ok(Fenced),
        (Op::Memory, Swapped) => Err("memory used between swap and barrier"),
        (Op::Call(_) | Op::CallUnknown, Swapped) => Err("a call between swap and barrier"),
        (Op::Return, Swapped) => Err("a return between swap and barrier"),
        (_, Swapped) if placed.relocation.is_some() => Err("a branch between swap and barrier"),
        _ => Ok(before),
    }
}

/// Where a path goes on, inside the function.
fn successors(placed: &Placed<'_>) -> Vec<u64> {
    let next = placed.address + 4;
    match placed.insn.op {
        Op::Return | Op::Stop => Vec::new(),
        Op::Jump(_) => placed.target().into_iter().collect(),
        Op::JumpIf(_) => placed.target().into_iter().chain([next]).collect(),
        _ => vec![next],
    }
}

#[cfg(test)]
mod tests;
