// SPDX-License-Identifier: GPL-2.0-only

//! Every instruction is one that the audit knows.

use super::Component;
use crate::instruction::Op;
use crate::listing::Instruction;
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// What the other rules say of instructions holds for those that they know. One
/// that is new is to be looked at before it is added to `src/instruction.rs`.
pub const RULE: Rule<Component> = Rule {
    name: "known-instructions",
    check: |component| each_instruction(component, is_known, "those of src/instruction.rs"),
};

fn is_known(instruction: &Instruction) -> bool {
    instruction.op != Op::Unknown
}

/// Whether each instruction is good; names those that are not, and their places.
pub fn each_instruction(
    component: &Component,
    is_good: impl Fn(&Instruction) -> bool,
    wanted: &str,
) -> Outcome {
    let listing = &component.listing;
    let bad = listing.instructions.iter().filter(|one| !is_good(one));
    let found: Vec<String> = bad
        .map(|one| {
            let section = &listing.sections[one.section].name;
            format!("{} at {section}+{:#x},", one.text, one.address)
        })
        .collect();
    if found.is_empty() {
        Ok(format!("in {} instructions", listing.instructions.len()))
    } else {
        let found = some_of(found);
        Finding::err(found.trim_end_matches(','), wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ARM32, ARM64, BOTH, GOOD_OBJECT, assert_accepted, assert_rejected};

    #[test]
    fn accepts_what_it_knows() {
        assert_accepted(BOTH, &RULE, GOOD_OBJECT);
    }

    #[test]
    fn rejects_anything_else() {
        for (machines, bad, found) in [
            (BOTH, "float", "d0, d0, d1 at .text+0x4"),
            (BOTH, "hvc #1", "hvc"),
            (ARM64, "smstart", "smstart at .text+0x4"),
            (ARM64, "mrs x0, zcr_el2", "mrs x0, zcr_el2"),
            (
                ARM64,
                ".inst 0x02000000",
                ".inst 0x02000000 ; undefined at .text+0x4",
            ),
            (
                ARM32,
                "mcr p15, 4, r0, c1, c1, 2",
                "mcr 15, 4, r0, cr1, cr1, {2}",
            ),
            (
                ARM32,
                ".inst 0xff000000",
                "<UNDEFINED> instruction: 0xff000000 at .text+0x4",
            ),
        ] {
            assert_rejected(machines, &RULE, &format!("nop; {bad}; nop"), found);
        }
        assert_rejected(
            BOTH,
            &RULE,
            "nop; .inst 0x02000000; .section .text.a, \"ax\"; float",
            " .text.a+0x0",
        );
    }
}
