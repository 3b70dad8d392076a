// SPDX-License-Identifier: GPL-2.0-only

//! Where the component needs a full barrier, there is one on every path.
//!
//! Xen's `xchg()` is a full barrier and Rust's `swap` is not on arm64; a fence in
//! the source may be folded into another, or moved. What became of it is to be
//! seen in the instructions alone.

use std::collections::BTreeSet;

use crate::code::{Placed, instructions};
use crate::elf::{Elf, Symbol};
use crate::insn::Op;

pub mod kick;
pub mod send;

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
    elf: &Elf,
    function: &Symbol,
    start: S,
    mut step: impl FnMut(&Placed<'_>, S) -> Result<Ways<S>, String>,
) -> Result<(), String> {
    let body = body(elf, function);
    let place = |at: u64| format!("{}+{:#x}", function.name, at.wrapping_sub(function.address));
    let mut seen = BTreeSet::new();
    let mut paths = vec![(function.address, start)];
    while let Some((address, state)) = paths.pop() {
        if !seen.insert((address, state)) {
            continue;
        }
        let at = place(address);
        let Some(placed) = body.iter().find(|placed| placed.address == address) else {
            return Err(format!("a path that leaves the function to {at}"));
        };
        match placed.insn.op {
            Op::Unknown => return Err(format!("an unknown instruction at {at}")),
            Op::JumpUnknown => return Err(format!("a branch that cannot be followed at {at}")),
            _ => {}
        }
        let ways = step(placed, state).map_err(|what| format!("{what} at {at}"))?;
        if !starts_another(elf, function, placed) {
            paths.extend(successor(placed).map(|to| (to, ways.done)));
        }
        if placed.insn.conditional {
            paths.push((placed.address + 4, ways.skipped));
        }
    }
    Ok(())
}

fn body<'a>(elf: &'a Elf, function: &Symbol) -> Vec<Placed<'a>> {
    elf.executable_sections()
        .filter(|section| elf.symbols_in(section).any(|symbol| symbol == function))
        .flat_map(|section| instructions(elf, section))
        .filter(|placed| placed.address.wrapping_sub(function.address) < function.size)
        .collect()
}

/// Where a path goes on, if the instruction does what it says.
fn successor(placed: &Placed<'_>) -> Option<u64> {
    match placed.insn.op {
        Op::Return | Op::Stop => None,
        Op::Jump(_) => placed.target(),
        _ => Some(placed.address + 4),
    }
}

/// Whether it is a branch to another function: a call that needs no return.
fn starts_another(elf: &Elf, function: &Symbol, placed: &Placed<'_>) -> bool {
    let to = placed.target();
    matches!(placed.insn.op, Op::Jump(_))
        && elf.symbols.iter().any(|symbol| {
            symbol.place == function.place
                && symbol.size > 0
                && Some(symbol.address) == to
                && symbol != function
        })
}
