// SPDX-License-Identifier: GPL-2.0-only

//! No instruction uses floating point, vector or matrix registers.

use super::Component;
use super::known::each_instruction;
use crate::instruction::Machine;
use crate::listing::Instruction;
use crate::outcome::Rule;

/// Xen leaves these registers to the guest while it runs, and does not save
/// them.
///
/// An instruction that uses them without naming one, as `smstart` does, is in no
/// table of the instructions that are known.
pub const RULE: Rule<Component> = Rule {
    name: "no-float",
    check: |component| {
        let is_good = |one: &Instruction| is_general(component.listing.machine, one);
        each_instruction(component, is_good, "general registers alone")
    },
};

fn is_general(machine: Machine, instruction: &Instruction) -> bool {
    // A target is a number, which can look like the name of a register.
    let operands = match instruction.text.split_once(" <") {
        Some((before, _)) => before.trim_end_matches(|c: char| c.is_ascii_hexdigit()),
        None => &instruction.text,
    };
    !operands
        .split(|c: char| !c.is_ascii_alphanumeric())
        .any(|word| match machine {
            Machine::Riscv64 => is_unit_of_riscv(word),
            _ => is_unit(word),
        })
}

/// `fa0`, `fs0`, `ft0` or `v0` with numbers, or what says how they work.
fn is_unit_of_riscv(word: &str) -> bool {
    let numbered = ["fa", "fs", "ft", "v"]
        .iter()
        .find_map(|prefix| word.strip_prefix(prefix));
    numbered.is_some_and(|number| number.parse::<u8>().is_ok())
        || ["fcsr", "fflags", "frm", "vcsr", "vl", "vtype"].contains(&word)
}

/// Whether a word names a register of those units: `d0`, `v0` or `z0` with numbers,
/// `p0` of SVE, `za` and `zt0` of SME, or what says how they work.
fn is_unit(word: &str) -> bool {
    let numbered = word.strip_prefix(['b', 'd', 'h', 'p', 'q', 's', 'v', 'z']);
    numbered.is_some_and(|number| number.parse::<u8>().is_ok())
        || ["za", "zt", "fpcr", "fpmr", "fpscr", "fpsr"]
            .iter()
            .any(|name| word.starts_with(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instruction::Op;
    use crate::testing::{ARM32, ARM64, BOTH, GOOD_OBJECT, Subject};
    use crate::testing::{assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_general_registers_and_data() {
        assert_accepted(BOTH, &RULE, GOOD_OBJECT);
        // A constant that looks like an instruction.
        assert_accepted(ARM64, &RULE, "ret; .word 0x1e612800");
        assert_accepted(ARM32, &RULE, "bx lr; .word 0xee300b01");
        let data = good_object_and(".section .rodata, \"a\"; .word 0xee300b01, 0x1e612800");
        assert_accepted(BOTH, &RULE, &data);
        // An address that looks like a register.
        assert_accepted(BOTH, &RULE, ".zero 0xd8; 1: nop; b 1b; cbnz w3, 1b");
    }

    #[test]
    fn rejects_each_unit() {
        for (machines, text) in [
            (ARM64, "fadd d0, d0, d1"),
            (ARM64, "ptrue p0.b"),
            (ARM64, "zero {za}"),
            (ARM32, "vadd.f64 d0, d0, d1"),
            (ARM32, "vadd.i32 q0, q0, q1"),
            (ARM32, "vld1.8 {d0}, [r1]"),
            (ARM32, "vmrs r0, fpscr"),
        ] {
            let found = format!("{text} at .text+0x4");
            assert_rejected(machines, &RULE, &format!("nop; {text}; ret"), &found);
        }
    }

    /// Each on its own is rejected, by this rule or as one that is not known.
    #[test]
    fn no_instruction_of_those_units_passes() {
        for (machines, instructions) in [(ARM64, ARM64_FLOAT), (ARM32, ARM32_FLOAT)] {
            let component = Component::new(machines[0], instructions);
            let seen = &component.listing.instructions;
            assert_eq!(seen.len(), instructions.split("; ").count());
            for one in seen {
                let passes = one.op != Op::Unknown && is_general(machines[0], one);
                assert!(!passes, "{}", one.text);
            }
        }
    }

    const ARM64_FLOAT: &str = "fadd d0, d0, d1; fadd s0, s1, s2; fmov x0, d0; fmov s0, #1.0; \
        fcmp d1, d0; scvtf d0, x1; fmadd d0, d1, d2, d3; add v0.4s, v0.4s, v1.4s; \
        dup v0.2d, x1; movi v0.2d, #0; aese v0.16b, v1.16b; ldr q0, [x1]; str d0, [x1]; \
        ldr s0, [x1]; ldr b0, [x1]; ldur q0, [x1, #16]; ldr q0, [x1, x2]; ldr q0, .; \
        stp q0, q1, [x2]; ldp d0, d1, [x2]; st1 {v0.16b}, [x1]; \
        ld1 {v0.16b-v3.16b}, [x1], #64; msr fpcr, x0; mrs x0, fpsr; ptrue p0.b; \
        add z0.s, z0.s, z1.s; fadd z0.s, z0.s, z1.s; cmpeq p0.b, p0/z, z0.b, z1.b; \
        ld1b {z0.b}, p0/z, [x0]; st1b {z0.b}, p0, [x0]; ldr z0, [x0]; ldr p0, [x0]; \
        rdvl x0, #1; msr zcr_el1, x0; mrs x0, zcr_el2; zero {za}; \
        fmopa za0.s, p0/m, p0/m, z0.s, z0.s; ldr za[w12, 0], [x0]; mrs x0, smcr_el3; \
        smstart; smstop sm; mrs x0, svcr";

    /// Of what is newer than the others, the encodings: vadd.f16, vins.f16, vldr.16,
    /// vcmla, vcadd, vudot, vsdot, vfmal, vdot.bf16, vmmla, vsmmla, vcvt.bf16.
    const ARM32_FLOAT: &str = "vadd.f64 d0, d0, d1; vaddne.f32 s0, s1, s2; vmov s0, r0; \
        vmov r0, r1, d0; vmov.f32 s0, #1.0; vcmp.f64 d1, d0; vcvt.f64.s32 d0, s1; \
        vseleq.f64 d0, d1, d2; vmaxnm.f32 s0, s1, s2; vcvta.s32.f32 s0, s1; \
        vrinta.f32 s0, s1; vldr d0, [r1]; vstr s0, [r1]; vpush {d8-d9}; vpop {d8}; \
        vldmia r0!, {s0-s3}; vmrs r0, fpscr; vmsr fpscr, r0; vmrs apsr_nzcv, fpscr; \
        vmov.i32 q0, #0; vadd.i32 q0, q0, q1; vdup.32 q0, r1; vmov.32 d0[1], r0; \
        vand q0, q0, q1; vld1.8 {d0}, [r1]; vst4.32 {d0-d3}, [r1]!; vld1.32 {d0[1]}, [r1]; \
        vld1.8 {d0[]}, [r1]; aese.8 q0, q1; sha1c.32 q0, q1, q2; \
        .inst 0xee300981; .inst 0xfeb00ae0; .inst 0xed910900; .inst 0xfcb20844; \
        .inst 0xfc920844; .inst 0xfc220d54; .inst 0xfe210d02; .inst 0xfc200891; \
        .inst 0xfc020d44; .inst 0xfc020c44; .inst 0xfc220c44; .inst 0xf3b60642";

    #[test]
    fn rejects_it_wherever_it_is() {
        let cold = good_object_and(".section .text.cold, \"ax\"; float");
        assert_rejected(BOTH, &RULE, &cold, "d0, d0, d1 at .text.cold+0x0");
        assert_rejected(
            BOTH,
            &RULE,
            "nop; .word 0; float",
            "d0, d0, d1 at .text+0x8",
        );
    }
}
