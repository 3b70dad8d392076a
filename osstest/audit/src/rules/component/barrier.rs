// SPDX-License-Identifier: GPL-2.0-only

//! Where the component needs a full barrier, there is one on every path.
//!
//! Xen's `xchg()` is a full barrier and Rust's `swap` is not on arm64; a fence in
//! the source may be folded into another, or moved. What became of it is to be
//! seen in the instructions alone.

use std::collections::BTreeSet;

use crate::instruction::{Machine, Op};
use crate::listing::{Instruction, Listing, Symbol};

pub mod kick;
pub mod send;

/// What a full barrier is called.
const fn full(machine: Machine) -> &'static str {
    match machine {
        Machine::Arm64 | Machine::Arm32 => "dmb ish",
        Machine::Riscv64 => "fence rw,rw",
    }
}

/// How far a path has come behind an instruction: where it does what it says, and
/// where a condition keeps it from that.
struct Ways<S> {
    done: S,
    skipped: S,
}

impl<S: Copy> Ways<S> {
    fn both(state: S) -> Self {
        Self {
            done: state,
            skipped: state,
        }
    }
}

/// Follows every path through a function from `start` on. `step` says how far a
/// path has come behind an instruction, or what is wrong there.
///
/// What branches to another function or symbol ends a path, as a return does.
fn follow<S: Copy + Ord>(
    listing: &Listing,
    function: &Symbol,
    start: S,
    mut step: impl FnMut(&Instruction, S) -> Result<Ways<S>, String>,
) -> Result<(), String> {
    let body: Vec<&Instruction> = listing.body(function).collect();
    let place = |at: u64| format!("{}+{:#x}", function.name, at.wrapping_sub(function.address));
    let mut seen = BTreeSet::new();
    let mut paths = vec![(function.address, start)];
    while let Some((address, state)) = paths.pop() {
        if !seen.insert((address, state)) {
            continue;
        }
        let at = place(address);
        let Some(index) = body.iter().position(|one| one.address == address) else {
            return Err(format!("a path that leaves the function to {at}"));
        };
        let instruction = body[index];
        let next = match (listing.machine, body.get(index + 1)) {
            // Some have two bytes, and there is no data between them.
            (Machine::Riscv64, Some(next)) => next.address,
            _ => instruction.address + 4,
        };
        match instruction.op {
            Op::Unknown => {
                return Err(format!(
                    "an unknown instruction, {}, at {at}",
                    instruction.text
                ));
            }
            Op::JumpUnknown => return Err(format!("a branch that cannot be followed at {at}")),
            _ => {}
        }
        let ways = step(instruction, state).map_err(|what| format!("{what} at {at}"))?;
        if !starts_another(listing, function, instruction) {
            paths.extend(successor(instruction, next).map(|to| (to, ways.done)));
        }
        if instruction.conditional {
            paths.push((next, ways.skipped));
        }
    }
    Ok(())
}

/// Where a path goes on, if the instruction does what it says; `next` is behind it.
fn successor(instruction: &Instruction, next: u64) -> Option<u64> {
    match instruction.op {
        Op::Return | Op::Stop => None,
        Op::Jump => instruction.target,
        _ => Some(next),
    }
}

/// Whether it is a branch to another function: a call that needs no return.
fn starts_another(listing: &Listing, function: &Symbol, instruction: &Instruction) -> bool {
    instruction.op == Op::Jump
        && listing.symbols.iter().any(|symbol| {
            symbol.place == function.place
                && symbol.size > 0
                && Some(symbol.address) == instruction.target
                && symbol != function
        })
}
