// SPDX-License-Identifier: GPL-2.0-only

//! `AArch64` instructions.
//!
//! Decodes by the top-level table of the Arm Architecture Reference Manual
//! (C4.1): bits 28 to 25 give the group, and the groups of floating point,
//! vectors, SVE and SME hold those instructions and no others but the few named
//! below. So an instruction that is newer than this file is still put in the
//! right group.

use crate::insn::{Insn, Op, Order, Unit};

/// Decodes the instruction `word` at `address`.
#[must_use]
pub fn decode(word: u32, address: u64) -> Insn {
    let group = (word >> 25) & 0xf;
    let (op, unit) = match group {
        0b0000 if word >> 31 == 1 => (Op::Unknown, Some(Unit::Sme)),
        0b0000 => (reserved(word), None),
        0b0010 => (Op::Unknown, Some(Unit::Sve)),
        0b1000 | 0b1001 => (Op::Plain, None),
        0b1010 | 0b1011 => (branch_or_system(word, address), system_unit(word)),
        0b0100 | 0b1100 => (load_or_store(word), None),
        0b0110 | 0b1110 => (Op::Memory, (!is_memory_copy(word)).then_some(Unit::Float)),
        0b0101 | 0b1101 => (Op::Plain, None),
        0b0111 | 0b1111 => (Op::Plain, Some(Unit::Float)),
        _ => (Op::Unknown, None),
    };
    let conditional = matches!(op, Op::Jump(_)) && word & 0x7c00_0000 != 0x1400_0000;
    Insn {
        op,
        conditional,
        unit,
    }
}

/// `udf`, or nothing that is allocated.
fn reserved(word: u32) -> Op {
    if word >> 16 == 0 {
        Op::Stop
    } else {
        Op::Unknown
    }
}

fn branch_or_system(word: u32, address: u64) -> Op {
    // A branch's offset in words: `bits` of them from bit `low` on, signed.
    let target = |low: u32, bits: u32| {
        let words = ((word << (32 - low - bits)) as i32) >> (32 - bits);
        address.wrapping_add_signed(i64::from(words) * 4)
    };
    match word {
        _ if word & 0xfc00_0000 == 0x1400_0000 => Op::Jump(target(0, 26)),
        _ if word & 0xfc00_0000 == 0x9400_0000 => Op::Call(target(0, 26)),
        // b.cond, bc.cond
        _ if word & 0xff00_0000 == 0x5400_0000 => Op::Jump(target(5, 19)),
        // cbz, cbnz
        _ if word & 0x7e00_0000 == 0x3400_0000 => Op::Jump(target(5, 19)),
        // tbz, tbnz
        _ if word & 0x7e00_0000 == 0x3600_0000 => Op::Jump(target(5, 14)),
        // br, blr, ret and those that check pointers: braa, blraa, retaa
        _ if word & 0xfe00_0000 == 0xd600_0000 => match (word >> 21) & 0xf {
            0b0000 | 0b1000 => Op::JumpUnknown,
            0b0001 | 0b1001 => Op::CallUnknown,
            0b0010 => Op::Return,
            _ => Op::Unknown,
        },
        // brk, hlt
        _ if word & 0xffe0_001f == 0xd420_0000 => Op::Stop,
        _ if word & 0xffe0_001f == 0xd440_0000 => Op::Stop,
        // svc, hvc, smc
        _ if word & 0xff00_0000 == 0xd400_0000 => Op::CallUnknown,
        // dmb: its option is 0b1011 for ish and 0b1111 for sy
        _ if word & 0xffff_fbff == 0xd503_3bbf => Op::FullBarrier,
        // hints, other barriers, msr, mrs, sys
        _ if word & 0xff00_0000 == 0xd500_0000 => Op::Plain,
        _ => Op::Unknown,
    }
}

/// The system instructions that read or write the state of a unit.
fn system_unit(word: u32) -> Option<Unit> {
    // smstart, smstop
    if word & 0xffff_f0ff == 0xd503_407f {
        return Some(Unit::Sme);
    }
    // msr and mrs with a register whose op0 is 3
    if word & 0xffd8_0000 != 0xd518_0000 {
        return None;
    }
    let number = (word >> 5) & 0x3fff;
    match number {
        FPCR | FPSR | FPMR => Some(Unit::Float),
        SVCR => Some(Unit::Sme),
        // There is one of these for each exception level, by op1.
        _ if number & 0x7ff == ZCR => Some(Unit::Sve),
        _ if number & 0x7ff == SMCR => Some(Unit::Sme),
        _ => None,
    }
}

const FPCR: u32 = register(3, 4, 4, 0);
const FPSR: u32 = register(3, 4, 4, 1);
const FPMR: u32 = register(3, 4, 4, 2);
const SVCR: u32 = register(3, 4, 2, 2);
const ZCR: u32 = register(0, 1, 2, 0);
const SMCR: u32 = register(0, 1, 2, 6);

/// The system register `S3_op1_CRn_CRm_op2` in an instruction, from bit 5 on.
const fn register(op1: u32, crn: u32, crm: u32, op2: u32) -> u32 {
    (op1 << 11) | (crn << 7) | (crm << 3) | op2
}

/// Of the loads and stores, those of a byte: each flag is one.
fn load_or_store(word: u32) -> Op {
    let order = |bit: u32| match (word >> bit) & 1 {
        0 => Order::Relaxed,
        _ => Order::Release,
    };
    match word {
        // ldxrb, ldaxrb
        _ if word & 0xffff_7c00 == 0x085f_7c00 => Op::LoadExclusive,
        // stxrb, stlxrb
        _ if word & 0xffe0_7c00 == 0x0800_7c00 => Op::StoreExclusive(order(15)),
        // swpb, swpab, swplb, swpalb
        _ if word & 0xff20_fc00 == 0x3820_8000 => Op::Swap(order(22)),
        // ldrb, ldurb, ldarb
        _ if word & 0xffc0_0000 == 0x3940_0000 => Op::LoadByte,
        _ if word & 0xffe0_0c00 == 0x3840_0000 => Op::LoadByte,
        _ if word & 0xffff_fc00 == 0x08df_fc00 => Op::LoadByte,
        // strb, sturb, stlrb
        _ if word & 0xffc0_0000 == 0x3900_0000 => Op::StoreByte(Order::Relaxed),
        _ if word & 0xffe0_0c00 == 0x3800_0000 => Op::StoreByte(Order::Relaxed),
        _ if word & 0xffff_fc00 == 0x089f_fc00 => Op::StoreByte(Order::Release),
        _ => Op::Memory,
    }
}

/// `cpyp`, `setgp` and their like, which use bit 26 to tell two kinds apart
/// where every other load or store has it for vector registers.
fn is_memory_copy(word: u32) -> bool {
    word & 0x3b20_0c00 == 0x1900_0400
}

#[cfg(test)]
mod tests;
