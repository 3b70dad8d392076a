// SPDX-License-Identifier: GPL-2.0-only

//! Who calls whom in a linked hypervisor.

use std::collections::BTreeSet;

use crate::instruction::Op;
use crate::listing::{Instruction, Listing};

/// The functions that branch to `callee`: a call, or a jump where a call is the
/// last thing that a function does.
///
/// A branch from outside of all functions counts as one from its section, and
/// one to the veneer that the linker made for `callee` as one to it. Branches
/// through a register are not followed.
///
/// # Errors
///
/// If there is no such symbol, or if an instruction with that address is not
/// known, and may be a branch: says which.
pub fn callers<'a>(listing: &'a Listing, callee: &str) -> Result<BTreeSet<&'a str>, String> {
    let veneer = format!("__{callee}_veneer");
    let start = |name| listing.defined(name).map(|symbol| symbol.address);
    let to = [
        Some(start(callee).ok_or_else(|| format!("no {callee}"))?),
        start(&veneer),
    ];
    let mut callers = BTreeSet::new();
    for instruction in &listing.instructions {
        if instruction.target.is_none() || !to.contains(&instruction.target) {
            continue;
        }
        let caller = enclosing(listing, instruction);
        match instruction.op {
            Op::Jump | Op::Call => callers.insert(caller),
            Op::Unknown => {
                let text = &instruction.text;
                return Err(format!("an unknown instruction, {text}, in {caller}"));
            }
            _ => false,
        };
    }
    // What branches to its own start is a loop, or calls itself.
    callers.retain(|&caller| caller != callee && caller != veneer);
    Ok(callers)
}

/// The function that holds an instruction, or its section.
fn enclosing<'a>(listing: &'a Listing, instruction: &Instruction) -> &'a str {
    let function = listing.symbols.iter().find(|one| one.holds(instruction));
    let section = &listing.sections[instruction.section];
    function.map_or(&section.name, |symbol| &symbol.name)
}

/// Whether `name` is `function`, or a copy or part that GCC made of it.
#[must_use]
pub fn is_part_of(name: &str, function: &str) -> bool {
    /// What GCC calls its copies: with fewer or constant arguments, the part
    /// left behind by inlining the rest, the unlikely part, and one that had to
    /// be renamed at link time.
    const MADE: [&str; 5] = ["isra", "constprop", "part", "cold", "lto_priv"];

    let Some(rest) = name.strip_prefix(function) else {
        return false;
    };
    rest.is_empty()
        || rest.strip_prefix('.').is_some_and(|suffixes| {
            suffixes
                .split('.')
                .all(|suffix| MADE.contains(&suffix) || suffix.parse::<u32>().is_ok())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::Machine;
    use crate::testing::{BOTH, link, listing};

    #[track_caller]
    fn assert_callers(source: &str, wanted: &[&str]) {
        for &machine in BOTH {
            let listing = listing(machine, &link(machine, source)).unwrap();
            let found = callers(&listing, "callee").unwrap();
            assert!(found.iter().eq(wanted), "{machine:?}: {found:?}");
            assert_eq!(callers(&listing, "nobody").unwrap_err(), "no nobody");
        }
    }

    #[test]
    fn every_direct_branch_counts_and_no_other() {
        assert_callers(
            "function callee; ret; end
             function calls; bl callee; end
             function ends_in; b callee; end
             function jumps; cbnz w3, callee; end
             function misses; bl callee + 4; bl 1f; 1: nop; end",
            &["calls", "ends_in", "jumps"],
        );
    }

    #[test]
    fn a_caller_is_known_by_its_size_or_its_section() {
        let source = "function callee; b callee; end; function before; nop; end; bl callee";
        assert_callers(source, &[".text"]);
    }

    #[test]
    fn a_veneer_stands_for_what_it_leads_to() {
        assert_callers(
            "function callee; ret; end
             function __callee_veneer; b callee; end
             function near; bl __callee_veneer; end
             function other; bl __other_veneer; end
             function __other_veneer; ret; end",
            &["near"],
        );
    }

    #[test]
    fn an_instruction_that_is_not_known_may_be_a_call() {
        for (machine, branch, found) in [
            (
                Machine::Arm64,
                "bc.eq callee",
                "an unknown instruction, bc.eq",
            ),
            (
                Machine::Arm32,
                ".inst 0xfafffffd",
                "an unknown instruction, blx",
            ),
        ] {
            let source = format!("function callee; ret; end; function calls; {branch}; ret; end");
            let listing = listing(machine, &link(machine, &source)).unwrap();
            let why = callers(&listing, "callee").unwrap_err();
            assert!(
                why.starts_with(found) && why.ends_with(", in calls"),
                "{why}"
            );
        }
    }

    #[test]
    fn parts_of_a_function() {
        for name in [
            "f",
            "f.part.0",
            "f.isra.0",
            "f.constprop.12",
            "f.cold",
            "f.isra.0.cold",
        ] {
            assert!(is_part_of(name, "f"), "{name}");
        }
        for name in [
            "g",
            "f2",
            "ff",
            "f_part.0",
            "g.part.0",
            "f.other",
            "f.",
            "f.part.0x",
        ] {
            assert!(!is_part_of(name, "f"), "{name}");
        }
    }
}
