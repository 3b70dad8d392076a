// SPDX-License-Identifier: GPL-2.0-only

//! A32 instructions for the tests, each encoded by hand. The registers are as
//! rustc chose them for the component, or 0.

use super::asm::Asm;

pub(super) fn encode(asm: Asm) -> u32 {
    match asm {
        Asm::Nop => NOP,
        Asm::Ret => BX_LR,
        Asm::Float => VADD,
        Asm::Barrier => DMB_ISH,
        Asm::LoadByte => LDRB,
        Asm::StoreByte => STRB,
        Asm::LoadExclusive => LDREXB,
        Asm::StoreExclusive => STREXB,
        Asm::Jump(offset) => b(offset),
        Asm::JumpIf(offset) => bne(offset),
        Asm::Call(offset) => bl(offset),
        Asm::Word(word) => word,
    }
}

pub(crate) const NOP: u32 = 0xe320_f000;
pub(crate) const BX_LR: u32 = 0xe12f_ff1e;
/// `bx r0`
pub(crate) const BX: u32 = 0xe12f_ff10;
/// `blx r3`
pub(crate) const BLX: u32 = 0xe12f_ff33;
/// `udf #0`
pub(crate) const UDF: u32 = 0xe7f0_00f0;
/// `rfeia sp!`
pub(crate) const RFE: u32 = 0xf8bd_0a00;
/// `push {r4, sl, fp, lr}`
pub(crate) const PUSH: u32 = 0xe92d_4c10;
/// `pop {r4, sl, fp, pc}`
pub(crate) const POP: u32 = 0xe8bd_8c10;
/// `popeq {r4, sl, fp, pc}`
pub(crate) const POPEQ: u32 = 0x08bd_8c10;
pub(crate) const DMB_ISH: u32 = 0xf57f_f05b;
pub(crate) const DMB_ISHST: u32 = 0xf57f_f05a;
pub(crate) const DMB_SY: u32 = 0xf57f_f05f;
/// `ldrexb r4, [r0]`
pub(crate) const LDREXB: u32 = 0xe1d0_4f9f;
/// `ldrexbeq r4, [r0]`
pub(crate) const LDREXBEQ: u32 = 0x01d0_4f9f;
/// `strexb r2, r1, [r0]`
pub(crate) const STREXB: u32 = 0xe1c0_2f91;
/// `strexbeq r2, r1, [r0]`
pub(crate) const STREXBEQ: u32 = 0x01c0_2f91;
/// `ldaexb r4, [r0]`
pub(crate) const LDAEXB: u32 = 0xe1d0_4e9f;
/// `stlexb r2, r1, [r0]`
pub(crate) const STLEXB: u32 = 0xe1c0_2e91;
/// `ldrex r4, [r0]`
pub(crate) const LDREX: u32 = 0xe190_4f9f;
/// `strex r2, r1, [r0]`
pub(crate) const STREX: u32 = 0xe180_2f91;
/// `swpb r0, r1, [r2]`
pub(crate) const SWPB: u32 = 0xe142_0091;
/// `ldr r0, [r1]`
pub(crate) const LDR: u32 = 0xe591_0000;
/// `cmp r2, #0`
pub(crate) const CMP: u32 = 0xe352_0000;
/// `ldrb r3, [r1, #8]`
pub(crate) const LDRB: u32 = 0xe5d1_3008;
/// `strb r3, [r1, #8]`
pub(crate) const STRB: u32 = 0xe5c1_3008;
/// `vadd.f64 d0, d0, d1`
pub(crate) const VADD: u32 = 0xee30_0b01;
/// `vadd.i32 q0, q0, q1`
pub(crate) const VADD_I32: u32 = 0xf220_0842;
/// `vld1.8 {d0}, [r1]`
pub(crate) const VLD1: u32 = 0xf421_070f;
/// `vmrs r0, fpscr`
pub(crate) const VMRS: u32 = 0xeef1_0a10;

/// `b .+offset`
pub(crate) const fn b(offset: i32) -> u32 {
    0xea00_0000 | field(offset)
}

/// `beq .+offset`
pub(crate) const fn beq(offset: i32) -> u32 {
    0x0a00_0000 | field(offset)
}

/// `bne .+offset`
pub(crate) const fn bne(offset: i32) -> u32 {
    0x1a00_0000 | field(offset)
}

/// `bl .+offset`
pub(crate) const fn bl(offset: i32) -> u32 {
    0xeb00_0000 | field(offset)
}

/// `blne .+offset`
pub(crate) const fn blne(offset: i32) -> u32 {
    0x1b00_0000 | field(offset)
}

/// An offset in words from two words on, where the program counter is.
const fn field(offset: i32) -> u32 {
    ((offset - 8) / 4) as u32 & 0x00ff_ffff
}
