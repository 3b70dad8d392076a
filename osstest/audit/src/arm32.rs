// SPDX-License-Identifier: GPL-2.0-only

//! A32 instructions: those of `AArch32` that are not Thumb.
//!
//! Decodes by the top-level table of the Arm Architecture Reference Manual
//! (F4.1): bits 31 to 28 are a condition, or say that there is none and that
//! the instruction is of another table; bits 27 to 25 give the group. Floating
//! point and vectors are some coprocessors and two groups of the other table,
//! which hold those instructions and no others, so that one that is newer than
//! this file is still seen.
//!
//! A disassembler has no such answer for what it does not know. `yaxpeax-arm`
//! (0.5), the one in Rust that is kept up, knows of A32 neither floating point
//! nor vectors, nor `dmb`.

use crate::insn::{Insn, Op, Order, Unit};

/// The program counter.
const PC: u32 = 15;
/// `bx lr`, and the older way to return.
const BX_LR: u32 = 0x012f_ff1e;
const MOV_PC_LR: u32 = 0x01a0_f00e;
/// `ldr pc, [sp], #4`: pops the program counter alone.
const POP_PC: u32 = 0x049d_f004;

/// Decodes the instruction `word` at `address`.
#[must_use]
pub fn decode(word: u32, address: u64) -> Insn {
    let condition = word >> 28;
    let (op, unit) = match (condition, (word >> 25) & 0b111) {
        (_, 0b110 | 0b111) => (coprocessor_or_call(word), coprocessor_unit(word)),
        (0b1111, 0b000..=0b011) => unconditional(word),
        (_, 0b000) if word & 0x90 == 0x90 => (multiply_or_memory(word), None),
        (_, 0b000 | 0b001) => (data_processing(word), None),
        (_, 0b011) if word & 0x10 != 0 => (media(word), None),
        (_, 0b010 | 0b011) => (load_or_store(word), None),
        // rfe, srs
        (0b1111, 0b100) => (Op::Unknown, None),
        (_, 0b100) => (load_or_store_many(word), None),
        (_, _) => (branch(word, address), None),
    };
    Insn {
        op,
        conditional: condition < 0b1110,
        unit,
    }
}

/// `b`, `bl`, and `blx`, which goes to Thumb and whose offset has a half word.
fn branch(word: u32, address: u64) -> Op {
    let bytes = i64::from((word << 8) as i32 >> 6) + 8;
    let half = (word >> 24) & 1;
    let to = |offset| address.wrapping_add_signed(offset) & 0xffff_ffff;
    match (word >> 28, half) {
        (0b1111, _) => Op::Call(to(bytes + i64::from(half) * 2)),
        (_, 0) => Op::Jump(to(bytes)),
        (_, _) => Op::Call(to(bytes)),
    }
}

fn data_processing(word: u32) -> Op {
    match word & 0x0fff_ffff {
        BX_LR | MOV_PC_LR => return Op::Return,
        _ => {}
    }
    match word & 0x0ff0_00f0 {
        // bx, bxj
        0x0120_0010 | 0x0120_0020 => return Op::JumpUnknown,
        // blx, hvc, smc
        0x0120_0030 | 0x0140_0070 | 0x0160_0070 => return Op::CallUnknown,
        // hlt, bkpt
        0x0100_0070 | 0x0120_0070 => return Op::Stop,
        // eret
        0x0160_0060 => return Op::Unknown,
        _ => {}
    }
    // tst, teq, cmp, cmn, which have no result, and in their place without
    // flags: msr, movw, movt, hints, crc32, clz and saturating arithmetic.
    if word & 0x0180_0000 == 0x0100_0000 {
        return Op::Plain;
    }
    match (word >> 12) & 0xf {
        PC => Op::JumpUnknown,
        _ => Op::Plain,
    }
}

/// Multiplication, exclusive accesses, and loads and stores of odd sizes.
fn multiply_or_memory(word: u32) -> Op {
    match word & 0x0ff0_0ff0 {
        // ldrexb, ldaexb
        0x01d0_0f90 | 0x01d0_0e90 => Op::LoadExclusive,
        // strexb, stlexb
        0x01c0_0f90 => Op::StoreExclusive(Order::Relaxed),
        0x01c0_0e90 => Op::StoreExclusive(Order::Release),
        _ if word & 0x0100_0060 == 0 => Op::Plain,
        _ => Op::Memory,
    }
}

fn media(word: u32) -> Op {
    match word & 0x0ff0_00f0 {
        // udf
        0x07f0_00f0 => Op::Stop,
        _ => Op::Plain,
    }
}

fn load_or_store(word: u32) -> Op {
    let loads_a_word = word & 0x0050_0000 == 0x0010_0000;
    match word & 0x0fff_ffff {
        POP_PC => Op::Return,
        _ if loads_a_word && (word >> 12) & 0xf == PC => Op::JumpUnknown,
        _ if word & 0x0050_0000 == 0x0050_0000 => Op::LoadByte,
        _ if word & 0x0050_0000 == 0x0040_0000 => Op::StoreByte(Order::Relaxed),
        _ => Op::Memory,
    }
}

/// `ldm` and `stm`, of which `ldm sp!, {…, pc}` is `pop`, and a return.
fn load_or_store_many(word: u32) -> Op {
    match word {
        _ if word & 0x0010_8000 != 0x0010_8000 => Op::Memory,
        _ if word & 0x0fff_0000 == 0x08bd_0000 => Op::Return,
        _ => Op::JumpUnknown,
    }
}

fn coprocessor_or_call(word: u32) -> Op {
    match (word >> 28, (word >> 24) & 0xf) {
        (0b1111, 0xf) => Op::Unknown,
        // svc
        (_, 0xf) => Op::CallUnknown,
        (_, 0xe) => Op::Plain,
        // ldc, stc, vldr, vstr, vpush, and with them mcrr and mrrc
        (_, _) => Op::Memory,
    }
}

/// Of the coprocessors, 14 and 15 are the system's, and the others no more than
/// other names for floating point and vectors, or nothing.
fn coprocessor_unit(word: u32) -> Option<Unit> {
    let is_call = (word >> 24) & 0xf == 0xf;
    let number = (word >> 8) & 0xf;
    (!is_call && matches!(number, 8..=13)).then_some(Unit::Float)
}

/// The other table, but for what it has like the first.
fn unconditional(word: u32) -> (Op, Option<Unit>) {
    match word {
        // dmb: its option is 0b1011 for ish and 0b1111 for sy
        _ if word & 0xffff_fffb == 0xf57f_f05b => (Op::FullBarrier, None),
        // Vectors: arithmetic; loads and stores of elements and structures
        _ if word & 0xfe00_0000 == 0xf200_0000 => (Op::Plain, Some(Unit::Float)),
        _ if word & 0xff10_0000 == 0xf400_0000 => (Op::Memory, Some(Unit::Float)),
        // cps, setend
        _ if word & 0xffe0_0000 == 0xf100_0000 => (Op::Plain, None),
        // pld, pli, other barriers, clrex
        _ if word & 0xfc10_0000 == 0xf410_0000 => (Op::Plain, None),
        _ => (Op::Unknown, None),
    }
}

#[cfg(test)]
mod tests;
