// SPDX-License-Identifier: GPL-2.0-only

//! The domU whose vCPUs do everything at once, for a while: they give pages
//! away, access registers, and have dom0 take pages, with two servers that take
//! a random time to answer. Each vCPU checks, whatever it does, what it was
//! told ([`watch`]); the first that finds something wrong ends the run.

mod hammer;
mod run;
mod trouble;
mod watch;

pub use run::Stress;
