// SPDX-License-Identifier: GPL-2.0-only

//! The domU that performs random operations, the same ones for the same seed,
//! and says what came of each: its results, and the invalidations that the servers
//! received before it returned. Two hypervisors that behave alike say the same.
//!
//! Operations come in episodes, each from the same state of memory and
//! servers, so that one can be repeated by itself ([`plan`], [`world`]). They
//! happen one at a time, on the vCPU that holds the baton ([`baton`]). What is to
//! be the same is a matter of [`comparable`].

pub mod comparable;
pub mod parameters;
pub mod plan;
pub mod servers;

#[cfg(target_os = "none")]
mod baton;
#[cfg(target_os = "none")]
mod episode;
#[cfg(target_os = "none")]
mod records;
#[cfg(target_os = "none")]
mod run;
#[cfg(target_os = "none")]
mod tally;
#[cfg(target_os = "none")]
pub(crate) mod world;

#[cfg(target_os = "none")]
pub use run::Differential;
