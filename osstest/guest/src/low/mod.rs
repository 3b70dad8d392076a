// SPDX-License-Identifier: GPL-2.0-only

//! Everything that is `unsafe` or specific to an architecture.
//!
//! What it exports is safe: memory whose mapping changes is only ever named by
//! a [`gfn::Gfn`], and Rust keeps nothing in such memory.

mod abi;
pub mod arguments;
mod entry;
pub mod gfn;
pub mod guest;
pub mod hypercall;
pub mod ioreq;
pub mod kept;
pub mod mmio;
pub mod shared;
pub mod shared_info;
pub mod time;
mod vcpu;

#[cfg(target_arch = "aarch64")]
mod arm64;
#[cfg(target_arch = "aarch64")]
use arm64 as arch;

#[cfg(target_arch = "arm")]
mod arm32;
#[cfg(target_arch = "arm")]
use arm32 as arch;

pub use crate::protocol::VCPUS;
pub use arch::vcpu_id;
#[cfg(target_arch = "aarch64")]
pub use arch::{interrupt, restart};
pub use vcpu::{cpu_off, cpu_on, wait_for_interrupt};
