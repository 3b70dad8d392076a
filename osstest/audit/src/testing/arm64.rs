// SPDX-License-Identifier: GPL-2.0-only

//! AArch64 instructions for the tests, each encoded by hand. The registers are
//! as rustc chose them for the component, or 0.

use super::asm::Asm;

pub(super) fn encode(asm: Asm) -> u32 {
    match asm {
        Asm::Nop => NOP,
        Asm::Ret => RET,
        Asm::Float => FADD,
        Asm::Barrier => DMB_ISH,
        Asm::LoadByte => LDRB,
        Asm::StoreByte => STRB,
        Asm::LoadExclusive => LDAXRB,
        Asm::StoreExclusive => STLXRB,
        Asm::Jump(offset) => b(offset),
        Asm::JumpIf(offset) => cbnz(offset),
        Asm::Call(offset) => bl(offset),
        Asm::Word(word) => word,
    }
}

pub(crate) const NOP: u32 = 0xd503_201f;
pub(crate) const RET: u32 = 0xd65f_03c0;
/// `brk #1`
pub(crate) const BRK: u32 = 0xd420_0020;
/// `br x16`
pub(crate) const BR: u32 = 0xd61f_0200;
/// `blr x8`
pub(crate) const BLR: u32 = 0xd63f_0100;
pub(crate) const DMB_ISH: u32 = 0xd503_3bbf;
pub(crate) const DMB_ISHLD: u32 = 0xd503_39bf;
pub(crate) const DMB_SY: u32 = 0xd503_3fbf;
/// `ldaxrb w19, [x8]`
pub(crate) const LDAXRB: u32 = 0x085f_fd13;
/// `stlxrb w9, wzr, [x8]`
pub(crate) const STLXRB: u32 = 0x0809_fd1f;
/// `ldxrb w19, [x8]`
pub(crate) const LDXRB: u32 = 0x085f_7d13;
/// `stxrb w9, wzr, [x8]`
pub(crate) const STXRB: u32 = 0x0809_7d1f;
/// `swpalb w0, w19, [x1]`
pub(crate) const SWPALB: u32 = 0x38e0_8033;
/// `swpb w0, w19, [x1]`
pub(crate) const SWPB: u32 = 0x3820_8033;
/// `swplb w0, w19, [x1]`
pub(crate) const SWPLB: u32 = 0x3860_8033;
/// `ldr x0, [x1]`
pub(crate) const LDR: u32 = 0xf940_0020;
/// `ldrb w9, [x1, #8]`
pub(crate) const LDRB: u32 = 0x3940_2029;
/// `strb w9, [x1, #8]`
pub(crate) const STRB: u32 = 0x3900_2029;
/// `stlrb w9, [x10]`
pub(crate) const STLRB: u32 = 0x089f_fd49;
/// `fadd d0, d0, d1`
pub(crate) const FADD: u32 = 0x1e61_2800;
/// `ptrue p0.b`
pub(crate) const SVE_PTRUE: u32 = 0x2518_e3e0;
/// `zero {za}`
pub(crate) const SME_ZERO: u32 = 0xc008_00ff;

/// `b .+offset`
pub(crate) const fn b(offset: i32) -> u32 {
    0x1400_0000 | field(offset, 26)
}

/// `bl .+offset`
pub(crate) const fn bl(offset: i32) -> u32 {
    0x9400_0000 | field(offset, 26)
}

/// `cbz w0, .+offset`
pub(crate) const fn cbz(offset: i32) -> u32 {
    0x3400_0000 | (field(offset, 19) << 5)
}

/// `cbnz w0, .+offset`
pub(crate) const fn cbnz(offset: i32) -> u32 {
    0x3500_0000 | (field(offset, 19) << 5)
}

/// An offset in words, of `bits` bits.
const fn field(offset: i32, bits: u32) -> u32 {
    (offset / 4) as u32 & ((1 << bits) - 1)
}
