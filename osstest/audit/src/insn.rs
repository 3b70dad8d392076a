// SPDX-License-Identifier: GPL-2.0-only

//! What the rules want to know of an instruction, whatever the architecture.

/// One instruction as a decoder sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insn {
    /// What it does to control flow and memory.
    pub op: Op,
    /// Whether it does that only if the flags or a register say so, and nothing
    /// otherwise.
    pub conditional: bool,
    /// The registers it uses that Xen does not own, if it does.
    pub unit: Option<Unit>,
}

/// What an instruction does, as far as any rule asks.
///
/// A branch holds the address it goes to if nothing relocates it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Works on registers.
    Plain,
    /// Reads or writes memory in a way that has no name below.
    Memory,
    /// Loads a byte.
    LoadByte,
    /// Stores a byte.
    StoreByte(Order),
    /// Loads a byte exclusively (`ldaxrb`, `ldrexb`).
    LoadExclusive,
    /// Stores a byte if still exclusive (`stlxrb`, `strexb`).
    StoreExclusive(Order),
    /// Swaps a byte in one step (`swpalb`).
    Swap(Order),
    /// Orders all memory accesses before it against all after it, for the
    /// inner shareable domain or more (`dmb ish`, `dmb sy`).
    FullBarrier,
    /// Goes elsewhere.
    Jump(u64),
    /// Goes elsewhere and comes back.
    Call(u64),
    /// Goes to where a register says, or to a handler, and comes back.
    CallUnknown,
    /// Goes to where a register says.
    JumpUnknown,
    /// Goes back to the caller.
    Return,
    /// Goes nowhere.
    Stop,
    /// Not known to the decoder: may do anything.
    Unknown,
}

/// What a store says of the memory accesses before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Relaxed,
    /// All of them come first.
    Release,
}

/// A part of the processor whose registers hold the guest's values while Xen
/// runs: whoever uses them in Xen corrupts the guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Floating point or fixed-size vectors.
    Float,
    /// Scalable vectors.
    Sve,
    /// Matrices.
    Sme,
}
