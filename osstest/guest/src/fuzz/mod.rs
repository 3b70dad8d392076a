// SPDX-License-Identifier: GPL-2.0-only

//! Hostile neighbours: a domU that does anything to its own memory ([`Fuzz`]),
//! and a dom0 whose emulator keeps no promise ([`Hostile`]). Xen may crash the
//! domU, never itself; and once the domU is destroyed nothing of it is left.
//!
//! Everything is a function of one seed, and of when things happen: the same each
//! time with counted instructions on one pCPU, a race of its own on two.

mod dom0;
mod domu;
mod operation;

pub use dom0::Hostile;
pub use domu::Fuzz;

/// What the domU says on the page: dom0 takes that of no other image.
const HELLO: u32 = 0x1a7e_0002;
