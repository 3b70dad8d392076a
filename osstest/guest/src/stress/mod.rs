// SPDX-License-Identifier: GPL-2.0-only

//! The domU whose vCPUs do everything at once, for a while: they give pages
//! away, one or many at a time, access registers, go off and start each other
//! ([`unplugged`]), and have dom0 take pages, with two servers that take a random
//! time to complete a request, one of which comes and goes ([`servers`]). At times
//! the domain is suspended, and dom0 resumes it. Each vCPU checks, whatever it does,
//! which invalidations were sent ([`watch`]); the first that finds something wrong
//! ends the run.

#[cfg(target_arch = "aarch64")]
mod arm64;
mod error;
mod hammer;
mod run;
mod servers;
mod unplugged;
mod watch;
mod ways;

pub use run::Stress;
