// SPDX-License-Identifier: GPL-2.0-only

//! Bare-metal guests that test mapcache invalidation on a running Xen, in pairs: a
//! dom0 and a domU.
//!
//! dom0 is an emulator: it registers ioreq servers for the domU, completes their
//! requests and counts them ([`dom0`]). The domU removes memory in every way a guest
//! can and compares the invalidations that the emulator received with those that it
//! should have ([`battery`]). They talk through one page of the domU ([`protocol`]).
//! Other images of a domU, each with the same dom0: [`differential`], [`scenario`],
//! [`stress`], [`bench`]; [`fuzz`] has both of its own.

#![cfg_attr(not(test), no_std)]

pub mod arguments;
pub mod differential;
pub mod operation;
pub mod prng;
pub mod protocol;
pub mod report;

#[cfg(target_os = "none")]
pub mod battery;
#[cfg(target_os = "none")]
pub mod bench;
#[cfg(target_os = "none")]
pub mod dom0;
#[cfg(target_os = "none")]
pub mod fuzz;
#[cfg(target_os = "none")]
pub mod low;
#[cfg(target_os = "none")]
pub mod scenario;
#[cfg(target_os = "none")]
pub mod stress;
