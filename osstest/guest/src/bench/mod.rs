// SPDX-License-Identifier: GPL-2.0-only

//! The domU that counts what operations cost, in instructions: on a machine
//! whose time is that of counted instructions (`boot --icount`), and on vCPU 0.
//! Its other vCPUs are never started: for what Xen walks on an exit or a removal
//! they are there all the same, and nothing of them gets in between.
//!
//! Whatever gets in between, a tick of Xen's scheduler, takes instructions: of
//! several rounds the least counts.

mod figures;
mod foreign;
mod preempted;
mod removals;
mod run;

pub use run::Bench;
