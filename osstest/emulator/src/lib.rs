// SPDX-License-Identifier: GPL-2.0-only

//! A device emulator for a Linux dom0, and its agent in the domU: they prove
//! mapcache invalidation with the toolstack and the balloon that people use.

pub mod descriptor;
pub mod device;
pub mod pattern;
pub mod wrong;

#[cfg(feature = "image")]
pub mod low;

/// A page of guest memory, as the 64-bit words that are in it.
pub type Page = [u64; PAGE_WORDS];

/// Words of a page.
pub const PAGE_WORDS: usize = PAGE_SIZE / 8;

/// Bytes of a page.
pub const PAGE_SIZE: usize = 4096;

pub use mapcache::Gfn;

/// A mapped page.
pub trait Mapping {
    /// Reads what is in it now.
    fn read(&self) -> Page;
}
