// SPDX-License-Identifier: GPL-2.0-only

//! Audits what was linked, not what was meant: the component as one
//! relocatable object (`xen-rs.o`), and the hypervisor that it became part of
//! (`xen-syms`).
//!
//! Each demand is one [`Rule`](outcome::Rule) in one file below [`rules`], with
//! tests beside it that show that it can fail. A rule reads the [`elf::Elf`]
//! and, where it looks at code, the instructions that [`code`] makes of it. Only
//! [`arm64`] and [`arm32`] know how instructions are encoded; [`insn`] says what
//! the rules want to know of one.

#![forbid(unsafe_code)]

pub mod arm32;
pub mod arm64;
pub mod cli;
pub mod code;
pub mod elf;
pub mod expect;
pub mod insn;
pub mod outcome;
pub mod rules;

#[cfg(test)]
mod testing;
