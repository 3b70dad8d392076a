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
    use crate::elf::Machine;
    use crate::testing::Asm::{self, Float, Nop, Ret};
    use crate::testing::{ALLOC, Build, EXEC, arm32, arm64};
    use crate::testing::{assert_accepted, assert_rejected, good_object};

    #[test]
    fn accepts_general_registers_and_data() {
        assert_accepted(&RULE, good_object());
        // A constant in the code that looks like an instruction.
        let text = Build::object().text(&[Ret, Float]);
        assert_accepted(&RULE, text.mark("$x", 0).mark("$d", 4));
        let data = good_object().code(".rodata", ALLOC, &[Float]);
        assert_accepted(&RULE, data);
    }

    #[test]
    fn rejects_each_unit() {
        use Machine::{Arm32, Arm64};

        for (machine, word, found) in [
            (Arm64, arm64::FADD, "Float 1e612800 at .text+0x4"),
            (Arm64, arm64::SVE_PTRUE, "Sve 2518e3e0 at .text+0x4"),
            (Arm64, arm64::SME_ZERO, "Sme c00800ff at .text+0x4"),
            (Arm32, arm32::VADD, "Float ee300b01 at .text+0x4"),
            (Arm32, arm32::VADD_I32, "Float f2200842 at .text+0x4"),
            (Arm32, arm32::VLD1, "Float f421070f at .text+0x4"),
            (Arm32, arm32::VMRS, "Float eef10a10 at .text+0x4"),
        ] {
            let text = Build::object().text(&[Nop, Asm::Word(word), Ret]);
            assert_rejected(&RULE, text.on(machine), found);
        }
    }

    #[test]
    fn rejects_it_wherever_it_is() {
        let cold = good_object().code(".text.cold", ALLOC | EXEC, &[Float]);
        assert_rejected(&RULE, cold, ".text.cold+0x0");
        let after_data = Build::object().text(&[Nop, Nop, Float]);
        let after_data = after_data.mark("$a", 0).mark("$d", 4).mark("$a", 8);
        assert_rejected(&RULE, after_data, ".text+0x8");
    }
}
