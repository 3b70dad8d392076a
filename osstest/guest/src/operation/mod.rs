// SPDX-License-Identifier: GPL-2.0-only

//! What a vCPU of the domU does, or has dom0 do, one kind in a file, and the list of
//! all of them, [`OPERATIONS`]. Those that remove memory are a [`Removal`] as well.
//!
//! A new one is a file here, and its line in the list. From then on `differential`
//! performs it among the others, at random.

#[cfg(target_os = "none")]
pub(crate) mod around;
mod bad;
mod by_dom0;
pub(crate) mod decrease;
mod during;
mod extents;
mod foreign;
mod grant;
mod grant_table;
mod increase;
mod mmio;
mod multicall;
mod null;
pub mod operands;
mod populate;
mod remove;
mod servers;
mod shared_info;

#[cfg(target_os = "none")]
pub(crate) mod outcome;
#[cfg(target_os = "none")]
pub(crate) mod perform;

#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{
        gfn::Gfn,
        hypercall::{Errno, multicall::Call},
    },
};
#[cfg(target_os = "none")]
use around::Around;
use core::fmt;
use operands::Operands;
#[cfg(target_os = "none")]
use outcome::Outcome;

/// Who sends invalidations for an operation, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sends {
    /// The vCPU that performs it, once at most.
    Own,
    /// The same, but Xen may preempt the hypercall between two of its parts, and send
    /// each time. When it does so is a matter of time.
    OwnParts,
    /// Each vCPU, once at most.
    Each,
    /// Each vCPU, for each part of a hypercall that Xen may preempt.
    EachParts,
    /// Each vCPU, for what a server has missed that is enabled.
    Missed,
}

/// What there is to know of an operation.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// Its name in a trace.
    pub name: &'static str,
    /// How often it comes among random ones, compared with the others. If it is of a
    /// superpage, in those few episodes that have superpages: they take long.
    pub share: u64,
    /// How often it comes among the calls of a multicall.
    pub call_share: u64,
    /// Who sends invalidations for it.
    pub sends: Sends,
}

impl About {
    const USUAL: Self = Self {
        name: "",
        share: 0,
        call_share: 0,
        sends: Sends::Own,
    };
}

/// Something that a vCPU does.
pub(crate) trait Operation: Sync {
    /// What there is to know of it.
    fn about(&self) -> About;

    /// Its name.
    fn name(&self) -> &'static str {
        self.about().name
    }

    /// Of how many parts it is, if Xen may preempt it between them.
    fn parts(&self, operands: &Operands) -> u64 {
        operands.count as u64
    }

    /// Itself, if it removes memory.
    fn removal(&self) -> Option<&dyn Removal> {
        None
    }

    /// Which frames it is of, if it removes memory.
    fn pages(&self) -> Option<Pages> {
        self.removal().map(|removal| removal.how().pages)
    }

    /// Itself as a call of a multicall, on a page: one that does nothing if it cannot be
    /// one.
    #[cfg(target_os = "none")]
    fn call(&self, _page: Gfn) -> Call {
        Call::Null
    }

    /// What it is about, as people and the comparison read it.
    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [page, ..] = operands.pages;
        let pages = self.pages().unwrap_or(Pages::One);
        match pages {
            Pages::Superpage => Ok(()),
            Pages::One | Pages::OfSuperpage => write!(f, " {page}"),
            Pages::Some => operands.pages[..operands.count]
                .iter()
                .try_for_each(|page| write!(f, " {page}")),
            Pages::Row => {
                let (first, end) = operands.row();
                write!(f, " {first}..{end}")
            }
        }
    }

    /// Performs it on this vCPU; what came of it.
    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, dom0: &Dom0) -> Outcome {
        match self.removal() {
            None => Outcome::NOTHING,
            Some(removal) => perform::removal(removal, operands, world, dom0),
        }
    }
}

/// Which frames a removal is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pages {
    /// One page.
    One,
    /// Some pages, each by itself.
    Some,
    /// Some pages in a row.
    Row,
    /// A superpage: it is named by its first page.
    Superpage,
    /// One page of a superpage.
    OfSuperpage,
}

/// The dom0 does not do this: -ENOSYS.
#[cfg(target_os = "none")]
const ENOSYS: Errno = Errno(-38);

/// How an operation removes memory.
#[derive(Clone, Copy, Debug)]
pub struct How {
    /// Which frames it is of.
    pub pages: Pages,
    /// The most pages that one hypercall removes.
    pub most: usize,
    /// Whether pages that it removes stay allocated to the domU.
    pub keeps: bool,
    /// Whether there is RAM afterwards where it has removed.
    pub leaves_ram: bool,
    /// Whether Xen with the component sends once for it, however often it is preempted.
    pub deferred: bool,
    /// Whether what it maps is there once, so that one vCPU at a time can do it.
    pub alone: bool,
    /// Whether it pauses the domU.
    pub pauses: bool,
    /// How often [`Removal::prepare`] and [`Removal::clear`] remove what is RAM to the
    /// P2M.
    pub also_removes: (u64, u64),
}

impl How {
    const USUAL: Self = Self {
        pages: Pages::One,
        most: usize::MAX,
        keeps: true,
        leaves_ram: false,
        deferred: false,
        alone: false,
        pauses: false,
        also_removes: (0, 0),
    };
}

/// An operation that removes memory from the domU.
pub(crate) trait Removal: Operation {
    /// How it does.
    fn how(&self) -> How {
        How::USUAL
    }

    /// Does what has to be done first.
    #[cfg(target_os = "none")]
    fn prepare(&self, _: &Around<'_>) -> Result<(), Errno> {
        Ok(())
    }

    /// Removes these frames, or replaces what is there: how many.
    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno>;

    /// Removes what it has put there that is no RAM of the domU's own.
    #[cfg(target_os = "none")]
    fn clear(&self, _: &Around<'_>, _: &[Gfn]) -> Result<(), Errno> {
        Ok(())
    }

    /// Removes so many frames in a row, on dom0: how many. Only for those that have
    /// dom0 do it.
    #[cfg(target_os = "none")]
    fn on_dom0(&self, _first: u64, _count: usize) -> Result<u64, Errno> {
        Err(ENOSYS)
    }
}

/// The number of an operation: its place in the list.
pub(crate) fn number_of(name: &str) -> Option<usize> {
    OPERATIONS
        .iter()
        .position(|operation| operation.name() == name)
}

/// All of them. Their order is a part of what each seed means.
pub(crate) const OPERATIONS: &[&dyn Operation] = &[
    &null::Null,
    &decrease::PAGE,
    &decrease::SOME,
    &decrease::SUPERPAGE,
    &decrease::OF_SUPERPAGE,
    &populate::PAGE,
    &populate::SOME,
    &populate::SUPERPAGE,
    &increase::Increase,
    &remove::Remove,
    &shared_info::SharedInfo,
    &grant_table::GrantTable,
    &foreign::Foreign,
    &foreign::ForeignBatch,
    &grant::Map,
    &grant::Unmap,
    &multicall::Multicall,
    &mmio::Read,
    &mmio::Write,
    &bad::Bad,
    &by_dom0::REMOVE,
    &by_dom0::DECREASE,
    &by_dom0::PAUSED,
    &servers::Servers,
    &during::DuringMmio,
    &during::DuringInvalidation,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own_and_a_share() {
        for (n, operation) in OPERATIONS.iter().enumerate() {
            let name = operation.name();
            assert!(OPERATIONS[..n].iter().all(|other| other.name() != name));
            assert_ne!(operation.about().share, 0, "{name}");
        }
    }
}
