// SPDX-License-Identifier: GPL-2.0-only

//! The domU that counts what operations cost, in instructions: on a machine
//! whose time is that of counted instructions (`boot --icount`), and on vCPU 0.
//! Its other vCPUs are never started, so that they execute nothing that would be
//! counted. Xen walks them on an exit or a removal all the same.
//!
//! A tick of Xen's scheduler adds instructions: of several rounds the least counts.

mod figures;
mod foreign;
mod preempted;
mod removals;
mod run;

pub use run::Bench;
