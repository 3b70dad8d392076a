// SPDX-License-Identifier: GPL-2.0-only

//! Instructions for tests that hold on every architecture.

use super::{arm32, arm64};
use crate::elf::Machine;

/// An instruction that each architecture has, or the encoding of one that is
/// one architecture's own. Offsets are in bytes from the instruction.
#[derive(Clone, Copy)]
pub(crate) enum Asm {
    Nop,
    Ret,
    /// One that uses a floating point register.
    Float,
    Barrier,
    LoadByte,
    StoreByte,
    /// Of a byte, as rustc has it in a sequentially consistent swap.
    LoadExclusive,
    /// Likewise.
    StoreExclusive,
    Jump(i32),
    JumpIf(i32),
    Call(i32),
    Word(u32),
}

impl Asm {
    pub(crate) fn encode(self, machine: Machine) -> u32 {
        match machine {
            Machine::Arm64 => arm64::encode(self),
            Machine::Arm32 => arm32::encode(self),
        }
    }
}

impl From<u32> for Asm {
    fn from(word: u32) -> Self {
        Self::Word(word)
    }
}
