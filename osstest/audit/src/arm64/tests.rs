// SPDX-License-Identifier: GPL-2.0-only

//! Encodings, each with what GNU objdump 2.40 makes of it.

use super::*;

const HERE: u64 = 0x1000;

#[test]
fn each_unit_is_seen() {
    for (word, unit, text) in [
        (0x1e61_2800, Unit::Float, "fadd d0, d0, d1"),
        (0x1e22_2820, Unit::Float, "fadd s0, s1, s2"),
        (0x9e66_0000, Unit::Float, "fmov x0, d0"),
        (0x1e2e_1000, Unit::Float, "fmov s0, #1.0"),
        (0x1e60_2020, Unit::Float, "fcmp d1, d0"),
        (0x9e62_0020, Unit::Float, "scvtf d0, x1"),
        (0x1f42_0c20, Unit::Float, "fmadd d0, d1, d2, d3"),
        (0x4ea1_8400, Unit::Float, "add v0.4s, v0.4s, v1.4s"),
        (0x4e08_0c20, Unit::Float, "dup v0.2d, x1"),
        (0x6f00_e400, Unit::Float, "movi v0.2d, #0"),
        (0x4e28_4820, Unit::Float, "aese v0.16b, v1.16b"),
        (0x3dc0_0020, Unit::Float, "ldr q0, [x1]"),
        (0xfd00_0020, Unit::Float, "str d0, [x1]"),
        (0xbd40_0020, Unit::Float, "ldr s0, [x1]"),
        (0x3d40_0020, Unit::Float, "ldr b0, [x1]"),
        (0x3cc1_0020, Unit::Float, "ldur q0, [x1, #16]"),
        (0x3ce2_6820, Unit::Float, "ldr q0, [x1, x2]"),
        (0x9c00_0000, Unit::Float, "ldr q0, ."),
        (0xad00_0440, Unit::Float, "stp q0, q1, [x2]"),
        (0x6d40_0440, Unit::Float, "ldp d0, d1, [x2]"),
        (0x4c00_7020, Unit::Float, "st1 {v0.16b}, [x1]"),
        (0x4cdf_2020, Unit::Float, "ld1 {v0.16b-v3.16b}, [x1], #64"),
        (0xd51b_4400, Unit::Float, "msr fpcr, x0"),
        (0xd53b_4420, Unit::Float, "mrs x0, fpsr"),
        (0x2518_e3e0, Unit::Sve, "ptrue p0.b"),
        (0x04a1_0000, Unit::Sve, "add z0.s, z0.s, z1.s"),
        (0x6581_0000, Unit::Sve, "fadd z0.s, z0.s, z1.s"),
        (0xa400_a000, Unit::Sve, "ld1b {z0.b}, p0/z, [x0]"),
        (0xe400_e000, Unit::Sve, "st1b {z0.b}, p0, [x0]"),
        (0x8580_4000, Unit::Sve, "ldr z0, [x0]"),
        (0x04bf_5020, Unit::Sve, "rdvl x0, #1"),
        (0xd518_1200, Unit::Sve, "msr zcr_el1, x0"),
        (0xd53c_1200, Unit::Sve, "mrs x0, zcr_el2"),
        (0xc008_00ff, Unit::Sme, "zero {za}"),
        (
            0x8080_0000,
            Unit::Sme,
            "fmopa za0.s, p0/m, p0/m, z0.s, z0.s",
        ),
        (0xe100_0000, Unit::Sme, "ldr za[w12, 0], [x0]"),
        (0xd53e_12c0, Unit::Sme, "mrs x0, smcr_el3"),
        (0xd503_477f, Unit::Sme, "smstart"),
        (0xd503_427f, Unit::Sme, "smstop sm"),
        (0xd53b_4240, Unit::Sme, "mrs x0, svcr"),
    ] {
        assert_eq!(decode(word, HERE).unit, Some(unit), "{word:08x} {text}");
    }
}

#[test]
fn look_alikes_use_no_unit() {
    for (word, text) in [
        (0xf940_0020, "ldr x0, [x1]"),
        (0x3940_0020, "ldrb w0, [x1]"),
        (0xf862_6820, "ldr x0, [x1, x2]"),
        (0x5800_0000, "ldr x0, ."),
        (0xa9bf_4ffe, "stp x30, x19, [sp, #-16]!"),
        (0xa8c1_4ffe, "ldp x30, x19, [sp], #16"),
        (0x6940_0440, "ldpsw x0, x1, [x2]"),
        (0x085f_fd13, "ldaxrb w19, [x8]"),
        (0x0809_fd1f, "stlxrb w9, wzr, [x8]"),
        (0x089f_fd49, "stlrb w9, [x10]"),
        (0x38bf_c020, "ldaprb w0, [x1]"),
        (0xf8e0_8020, "swpal x0, x0, [x1]"),
        (0xc8e0_fc41, "casal x0, x1, [x2]"),
        (0x4860_fc82, "caspal x0, x1, x2, x3, [x4]"),
        (0xf980_0000, "prfm pldl1keep, [x0]"),
        (0xd920_0800, "stg x0, [x0]"),
        (0x1901_0440, "cpyfp [x0]!, [x1]!, x2!"),
        (0x1d01_0440, "cpyp [x0]!, [x1]!, x2!"),
        (0x1dc2_0420, "setgp [x0]!, x1!, x2"),
        (0xd503_3bbf, "dmb ish"),
        (0xd503_3fdf, "isb"),
        (0xd53b_d040, "mrs x0, tpidr_el0"),
        (0xd538_d081, "mrs x1, tpidr_el1"),
        (0xd51c_1140, "msr cptr_el2, x0"),
        (0xd53b_4200, "mrs x0, nzcv"),
        (0xd538_1220, "mrs x0, trfcr_el1"),
        (0xd538_1040, "mrs x0, cpacr_el1"),
        (0xd50b_7420, "dc zva, x0"),
        (0xd503_201f, "nop"),
        (0xd503_4fdf, "msr daifset, #15"),
        (0xd503_415f, "msr dit, #1"),
        (0xd400_1d42, "hvc #0xea"),
        (0x8b02_0020, "add x0, x1, x2"),
        (0x9100_4020, "add x0, x1, #16"),
        (0x9b02_0c20, "madd x0, x1, x2, x3"),
        (0x9ac2_0820, "udiv x0, x1, x2"),
        (0x9ac2_4c20, "crc32x w0, w1, x2"),
        (0xdac0_1020, "clz x0, x1"),
        (0x1a9f_07e0, "cset w0, ne"),
        (0x9000_0000, "adrp x0, ."),
        (0x5400_0348, "b.hi .+0x68"),
        (0x0000_0000, "udf #0"),
    ] {
        assert_eq!(decode(word, HERE).unit, None, "{word:08x} {text}");
    }
}

#[test]
fn what_each_does() {
    for (word, op, text) in [
        (0x1400_0002, Op::Jump(HERE + 8), "b .+8"),
        (0x17ff_ffff, Op::Jump(HERE - 4), "b .-4"),
        (0x9400_0004, Op::Call(HERE + 16), "bl .+16"),
        (0x97ff_fc00, Op::Call(HERE - 0x1000), "bl .-0x1000"),
        (0x5400_0348, Op::Jump(HERE + 0x68), "b.hi .+0x68"),
        (0x54ff_ffe1, Op::Jump(HERE - 4), "b.ne .-4"),
        (0x35ff_ffc9, Op::Jump(HERE - 8), "cbnz w9, .-8"),
        (0x3400_0053, Op::Jump(HERE + 8), "cbz w19, .+8"),
        (0xb400_01a8, Op::Jump(HERE + 0x34), "cbz x8, .+0x34"),
        (0x3600_0040, Op::Jump(HERE + 8), "tbz w0, #0, .+8"),
        (0xb707_ffe0, Op::Jump(HERE - 4), "tbnz x0, #32, .-4"),
        (0xd61f_0200, Op::JumpUnknown, "br x16"),
        (0xd71f_0821, Op::JumpUnknown, "braa x1, x1"),
        (0xd63f_0100, Op::CallUnknown, "blr x8"),
        (0xd73f_0821, Op::CallUnknown, "blraa x1, x1"),
        (0xd400_1d42, Op::CallUnknown, "hvc #0xea"),
        (0xd65f_03c0, Op::Return, "ret"),
        (0xd65f_0bff, Op::Return, "retaa"),
        (0xd69f_03e0, Op::Unknown, "eret"),
        (0xd420_0020, Op::Stop, "brk #1"),
        (0xd440_0000, Op::Stop, "hlt #0"),
        (0x0000_0001, Op::Stop, "udf #1"),
        (0x0200_0000, Op::Unknown, "unallocated"),
        (0xd503_3bbf, Op::FullBarrier, "dmb ish"),
        (0xd503_3fbf, Op::FullBarrier, "dmb sy"),
        (0xd503_39bf, Op::Plain, "dmb ishld"),
        (0xd503_3abf, Op::Plain, "dmb ishst"),
        (0xd503_37bf, Op::Plain, "dmb nsh"),
        (0xd503_3fdf, Op::Plain, "isb"),
        (0xd503_201f, Op::Plain, "nop"),
        (0x085f_fd13, Op::LoadExclusive, "ldaxrb w19, [x8]"),
        (0x085f_7d13, Op::LoadExclusive, "ldxrb w19, [x8]"),
        (0x485f_fd13, Op::Memory, "ldaxrh w19, [x8]"),
        (0x08df_fd13, Op::LoadByte, "ldarb w19, [x8]"),
        (
            0x0809_fd1f,
            Op::StoreExclusive(Order::Release),
            "stlxrb w9, wzr, [x8]",
        ),
        (
            0x0809_7d1f,
            Op::StoreExclusive(Order::Relaxed),
            "stxrb w9, wzr, [x8]",
        ),
        (
            0x089f_fd49,
            Op::StoreByte(Order::Release),
            "stlrb w9, [x10]",
        ),
        (0x397b_7a68, Op::LoadByte, "ldrb w8, [x19, #3806]"),
        (0x385f_f020, Op::LoadByte, "ldurb w0, [x1, #-1]"),
        (
            0x3909_2d1f,
            Op::StoreByte(Order::Relaxed),
            "strb wzr, [x8, #587]",
        ),
        (
            0x381f_f020,
            Op::StoreByte(Order::Relaxed),
            "sturb w0, [x1, #-1]",
        ),
        (0x795d_c008, Op::Memory, "ldrh w8, [x0, #3808]"),
        (0x38e0_8020, Op::Swap(Order::Release), "swpalb w0, w0, [x1]"),
        (0x38a0_8020, Op::Swap(Order::Relaxed), "swpab w0, w0, [x1]"),
        (0x3860_8020, Op::Swap(Order::Release), "swplb w0, w0, [x1]"),
        (0x3820_8020, Op::Swap(Order::Relaxed), "swpb w0, w0, [x1]"),
        (0x78e0_8020, Op::Memory, "swpalh w0, w0, [x1]"),
        (0xf940_0020, Op::Memory, "ldr x0, [x1]"),
        (0x3dc0_0020, Op::Memory, "ldr q0, [x1]"),
        (0xa9bf_4ffe, Op::Memory, "stp x30, x19, [sp, #-16]!"),
        (0x1d01_0440, Op::Memory, "cpyp [x0]!, [x1]!, x2!"),
        (0x9100_4020, Op::Plain, "add x0, x1, #16"),
        (0x8b02_0020, Op::Plain, "add x0, x1, x2"),
        (0x1e61_2800, Op::Plain, "fadd d0, d0, d1"),
    ] {
        assert_eq!(decode(word, HERE).op, op, "{word:08x} {text}");
    }
}

#[test]
fn what_may_do_nothing() {
    for (word, conditional, text) in [
        (0x5400_0348, true, "b.hi .+0x68"),
        (0x54ff_ffe1, true, "b.ne .-4"),
        (0x35ff_ffc9, true, "cbnz w9, .-8"),
        (0x3400_0053, true, "cbz w19, .+8"),
        (0xb400_01a8, true, "cbz x8, .+0x34"),
        (0x3600_0040, true, "tbz w0, #0, .+8"),
        (0xb707_ffe0, true, "tbnz x0, #32, .-4"),
        (0x1400_0002, false, "b .+8"),
        (0x17ff_ffff, false, "b .-4"),
        (0x9400_0004, false, "bl .+16"),
        (0xd65f_03c0, false, "ret"),
        (0xf940_0020, false, "ldr x0, [x1]"),
    ] {
        assert_eq!(
            decode(word, HERE).conditional,
            conditional,
            "{word:08x} {text}"
        );
    }
}
