// SPDX-License-Identifier: GPL-2.0-only

//! No instruction uses floating point, vector or matrix registers.

use super::Component;
use crate::code::instructions;
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// Xen leaves these registers to the guest while it runs, and does not save
/// them.
pub const RULE: Rule<Component> = Rule {
    name: "no-float",
    check,
};

fn check(component: &Component) -> Outcome {
    let mut seen = 0u32;
    let mut found = Vec::new();
    for section in component.elf.executable_sections() {
        for placed in instructions(&component.elf, section) {
            seen += 1;
            if let Some(unit) = placed.insn.unit {
                let (word, name, address) = (placed.word, &section.name, placed.address);
                found.push(format!("{unit:?} {word:08x} at {name}+{address:#x},"));
            }
        }
    }
    if found.is_empty() {
        Ok(format!("in {seen} instructions"))
    } else {
        let found = some_of(found);
        Finding::err(found.trim_end_matches(','), "general registers alone")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::arm64::{FADD, NOP, RET, SME_ZERO, SVE_PTRUE};
    use crate::testing::{ALLOC, Build, EXEC, assert_accepted, assert_rejected, good_object};

    #[test]
    fn accepts_general_registers_and_data() {
        assert_accepted(&RULE, good_object());
        // A constant in the code that looks like an instruction.
        let text = Build::object().text(&[RET, FADD]);
        assert_accepted(&RULE, text.mark("$x", 0).mark("$d", 4));
        let data = good_object().section(".rodata", ALLOC, &FADD.to_le_bytes());
        assert_accepted(&RULE, data);
    }

    #[test]
    fn rejects_each_unit_wherever_it_is() {
        for (word, found) in [
            (FADD, "Float 1e612800 at .text+0x4"),
            (SVE_PTRUE, "Sve 2518e3e0 at .text+0x4"),
            (SME_ZERO, "Sme c00800ff at .text+0x4"),
        ] {
            assert_rejected(&RULE, Build::object().text(&[NOP, word, RET]), found);
        }
        let elsewhere = good_object().section(".text.cold", ALLOC | EXEC, &FADD.to_le_bytes());
        assert_rejected(&RULE, elsewhere, ".text.cold+0x0");
    }
}
