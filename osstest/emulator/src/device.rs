// SPDX-License-Identifier: GPL-2.0-only

//! The device that is emulated: a few 32-bit registers, one of which has it read
//! pages of the guest.

use crate::{
    Gfn, Mapping, Page,
    descriptor::{Descriptor, Expect},
    pattern::{Verdict, judge},
};
use mapcache::{MapCache, Memory};
use std::{fmt, sync::Arc};

/// Guest-physical address of the first emulator's registers: in a range that no
/// guest has RAM in (`GUEST_VIRTIO_MMIO_BASE`).
pub const BASE: u64 = 0x0200_0000;

/// Bytes that each emulator has there, one after the other.
pub const SIZE: u64 = 0x1000;

/// What [`register::ID`] reads as.
pub const ID: u32 = 0x5845_4d55;

/// The registers, by offset.
pub mod register {
    /// Read: that it is this device.
    pub const ID: u64 = 0;
    /// Read and write: the complement of what was written last.
    pub const SCRATCH: u64 = 4;
    /// Write: the page of a descriptor; the transfer is over when the write is.
    pub const DMA: u64 = 8;
    /// Read: how many pages of the last transfer were not as expected.
    pub const BAD: u64 = 12;
    /// Write: the page where each vCPU counts.
    pub const COUNTERS: u64 = 16;
    /// Write: the page of a descriptor; the transfer begins, and has the pages in use
    /// until END is written to.
    pub const BEGIN: u64 = 20;
    /// Write: the transfer that has begun goes through its pages, and is over.
    pub const END: u64 = 24;
}

/// What a transfer found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Pages that were as expected.
    pub right: u32,
    /// Pages that are no longer what was read.
    pub stale: u32,
    /// Pages with something else in them.
    pub wrong: u32,
    /// Pages that could not be mapped.
    pub refused: u32,
}

/// What an access did, for the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A transfer.
    Dma(Expect, Tally),
    /// A transfer without a descriptor that can be read.
    NoDescriptor(Gfn),
    /// Pages are in use.
    Begun(usize),
    /// A transfer that was to end, and has not begun.
    NotBegun,
    /// An access that is none of the device's.
    Unknown(u64),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dma(expect, tally) => {
                match expect {
                    Expect::Generation(generation) => write!(f, "dma generation={generation}")?,
                    Expect::Gone => write!(f, "dma gone")?,
                }
                let Tally {
                    right,
                    stale,
                    wrong,
                    refused,
                } = tally;
                write!(
                    f,
                    " right={right} stale={stale} wrong={wrong} refused={refused}"
                )
            }
            Self::Begun(pages) => write!(f, "begun pages={pages}"),
            Self::NotBegun => write!(f, "error no transfer has begun"),
            Self::NoDescriptor(gfn) => write!(f, "error no descriptor in page {gfn:#x}"),
            Self::Unknown(offset) => write!(f, "error no register at {offset:#x}"),
        }
    }
}

/// What a transfer goes through: pages as they are mapped, or not.
struct Transfer<P> {
    expect: Expect,
    pages: Vec<(Gfn, Option<Arc<P>>)>,
}

/// Its state; its mappings are of type `P`.
pub struct Device<P> {
    scratch: u32,
    bad: u32,
    counters: Option<Gfn>,
    begun: Option<Transfer<P>>,
    /// Accesses to any of its registers.
    pub accesses: u64,
}

impl<P> Default for Device<P> {
    fn default() -> Self {
        Self {
            scratch: 0,
            bad: 0,
            counters: None,
            begun: None,
            accesses: 0,
        }
    }
}

impl<P: Mapping> Device<P> {
    /// The page where the guest's vCPUs count, once it has said which.
    pub fn counters(&self) -> Option<Gfn> {
        self.counters
    }

    /// A read of a register.
    pub fn read(&mut self, offset: u64) -> (u32, Option<Event>) {
        self.accesses += 1;
        match offset {
            register::ID => (ID, None),
            register::SCRATCH => (!self.scratch, None),
            register::BAD => (self.bad, None),
            _ => (u32::MAX, Some(Event::Unknown(offset))),
        }
    }

    /// A write of a register.
    pub fn write<M: Memory<Mapping = P>>(
        &mut self,
        offset: u64,
        value: u32,
        cache: &mut MapCache<M>,
    ) -> Option<Event> {
        self.accesses += 1;
        match offset {
            register::SCRATCH => self.scratch = value,
            register::COUNTERS => self.counters = Some(value.into()),
            register::DMA => return Some(self.transfer(value.into(), cache)),
            register::BEGIN => return Some(self.begin(value.into(), cache)),
            register::END => return Some(self.end()),
            _ => return Some(Event::Unknown(offset)),
        }
        None
    }

    fn transfer<M: Memory<Mapping = P>>(&mut self, gfn: Gfn, cache: &mut MapCache<M>) -> Event {
        match self.begin(gfn, cache) {
            Event::Begun(_) => self.end(),
            error => error,
        }
    }

    fn begin<M: Memory<Mapping = P>>(&mut self, gfn: Gfn, cache: &mut MapCache<M>) -> Event {
        self.bad = u32::MAX;
        let page = read(cache, gfn);
        let Some(Descriptor { expect, gfns }) = page.as_ref().and_then(Descriptor::decode) else {
            return Event::NoDescriptor(gfn);
        };
        let map = |gfn| (gfn, cache.get(gfn).ok());
        let pages: Vec<_> = gfns.into_iter().map(map).collect();
        let count = pages.len();
        self.begun = Some(Transfer { expect, pages });
        Event::Begun(count)
    }

    /// Ends a transfer that has begun, without a look at its pages.
    pub fn abort(&mut self) {
        self.begun = None;
    }

    /// Ends a transfer that has begun: goes through its pages.
    pub fn end(&mut self) -> Event {
        let Some(Transfer { expect, pages }) = self.begun.take() else {
            return Event::NotBegun;
        };
        let mut tally = Tally::default();
        for (gfn, page) in pages {
            let count = match (page, expect) {
                (None, _) => &mut tally.refused,
                (Some(_), Expect::Gone) => &mut tally.stale,
                (Some(page), Expect::Generation(generation)) => {
                    match judge(&page.read(), gfn, generation) {
                        Verdict::Right => &mut tally.right,
                        Verdict::Stale => &mut tally.stale,
                        Verdict::Wrong => &mut tally.wrong,
                    }
                }
            };
            *count += 1;
        }
        self.bad = tally.stale + tally.wrong;
        if expect != Expect::Gone {
            self.bad += tally.refused;
        }
        Event::Dma(expect, tally)
    }
}

/// What is in a page, through its mapping, if the guest has one there.
pub fn read<M: Memory<Mapping: Mapping>>(cache: &mut MapCache<M>, gfn: Gfn) -> Option<Page> {
    cache.get(gfn).ok().map(|mapping| mapping.read())
}

#[cfg(test)]
mod tests;
