// SPDX-License-Identifier: GPL-2.0-only

//! What a vCPU of the domU does, or has dom0 do, one kind in a file, and the list of
//! all of them, [`OPERATIONS`].
//!
//! A new one is a file here, and its line in the list. From then on `differential`
//! performs it among the others, at random.

#[cfg(target_os = "none")]
pub(crate) mod around;
mod bad;
mod by_dom0;
pub(crate) mod decrease;
mod during;
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

/// How many frames were removed, or why none was.
#[cfg(target_os = "none")]
pub(crate) type Removed = Result<u64, Errno>;

/// Something that a vCPU of the domU does, or has dom0 do.
pub struct Operation {
    /// Its name in a trace.
    pub name: &'static str,
    /// How often it comes among random ones, compared with the others. If it is of a
    /// superpage, in those few episodes that have superpages: they take long.
    pub share: u64,
    /// How often it comes among the calls of a multicall.
    pub call_share: u64,
    /// Itself as one of them, on a page.
    #[cfg(target_os = "none")]
    pub(crate) call: fn(Gfn) -> Call,
    /// Who sends invalidations for it.
    pub sends: Sends,
    /// Of how many parts it is, if Xen may preempt it between them.
    pub parts: fn(&Operands) -> u64,
    /// Writes what it is about, if that is not just which frames it removes, or a page.
    show: Option<fn(&Operands, &mut fmt::Formatter<'_>) -> fmt::Result>,
    /// Performs it, if that is not just a removal of frames; what came of it.
    #[cfg(target_os = "none")]
    perform: Option<fn(&Operands, &World, &Dom0) -> Outcome>,

    /// Which frames it removes, if it removes memory. The rest is of those that do.
    pub removes: Option<Pages>,
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
    /// How often `prepare` and `clear` remove what is RAM to the P2M.
    pub also_removes: (u64, u64),
    /// Does what has to be done first.
    #[cfg(target_os = "none")]
    pub(crate) prepare: fn(&Around) -> Result<(), Errno>,
    /// Removes these frames, or replaces what is there.
    #[cfg(target_os = "none")]
    remove: fn(&Around, &[Gfn]) -> Removed,
    /// Removes what it has put there that is no RAM of the domU's own.
    #[cfg(target_os = "none")]
    pub(crate) clear: fn(&Around, &[Gfn]) -> Result<(), Errno>,
    /// In place of `remove`, if dom0 does it: removes so many frames from the first on.
    #[cfg(target_os = "none")]
    pub(crate) on_dom0: Option<fn(u64, usize) -> Removed>,
}

impl Operation {
    /// What most have in common: the vCPU itself sends for it, once, and pages that it
    /// removes stay allocated.
    const USUAL: Self = Self {
        name: "",
        share: 0,
        call_share: 0,
        #[cfg(target_os = "none")]
        call: |_| Call::Null,
        sends: Sends::Own,
        parts: |operands| operands.count as u64,
        show: None,
        #[cfg(target_os = "none")]
        perform: None,
        removes: None,
        most: usize::MAX,
        keeps: true,
        leaves_ram: false,
        deferred: false,
        alone: false,
        pauses: false,
        also_removes: (0, 0),
        #[cfg(target_os = "none")]
        prepare: |_| Ok(()),
        #[cfg(target_os = "none")]
        remove: |_, _| Ok(0),
        #[cfg(target_os = "none")]
        clear: |_, _| Ok(()),
        #[cfg(target_os = "none")]
        on_dom0: None,
    };

    /// Writes what it is about, as people and the comparison read it.
    pub(crate) fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(show) = self.show {
            return show(operands, f);
        }
        let [page, ..] = operands.pages;
        match self.removes {
            Some(Pages::Superpage) => Ok(()),
            None | Some(Pages::One | Pages::OfSuperpage) => write!(f, " {page}"),
            Some(Pages::Some) => operands.pages[..operands.count]
                .iter()
                .try_for_each(|page| write!(f, " {page}")),
            Some(Pages::Row) => {
                let (first, end) = operands.row();
                write!(f, " {first}..{end}")
            }
        }
    }

    /// Performs it on this vCPU; what came of it.
    #[cfg(target_os = "none")]
    pub(crate) fn perform(&self, operands: &Operands, world: &World, dom0: &Dom0) -> Outcome {
        match self.perform {
            Some(perform) => perform(operands, world, dom0),
            None => perform::removal(self, operands, world, dom0),
        }
    }

    /// Removes these frames, or replaces what is there.
    #[cfg(target_os = "none")]
    pub(crate) fn remove(&self, around: &Around, pages: &[Gfn]) -> Removed {
        match self.on_dom0 {
            Some(_) => around.have_removed(self.name, pages),
            None => (self.remove)(around, pages),
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

/// All of them. Their order is a part of what each seed means.
pub(crate) const OPERATIONS: &[Operation] = &[
    null::NULL,
    decrease::PAGE,
    decrease::SOME,
    decrease::SUPERPAGE,
    decrease::OF_SUPERPAGE,
    populate::PAGE,
    populate::SOME,
    populate::SUPERPAGE,
    increase::INCREASE,
    remove::REMOVE,
    shared_info::SHARED_INFO,
    grant_table::GRANT_TABLE,
    foreign::PAGE,
    foreign::BATCH,
    grant::MAP,
    grant::UNMAP,
    multicall::MULTICALL,
    mmio::READ,
    mmio::WRITE,
    bad::BAD,
    by_dom0::REMOVE,
    by_dom0::DECREASE,
    by_dom0::PAUSED,
    servers::SERVERS,
    during::MMIO,
    during::INVALIDATION,
];

/// Those that remove memory.
#[cfg(target_os = "none")]
pub(crate) fn removals() -> impl Iterator<Item = &'static Operation> + Clone {
    OPERATIONS
        .iter()
        .filter(|operation| operation.removes.is_some())
}

/// The number of an operation: its place in the list.
pub(crate) fn number_of(name: &str) -> Option<usize> {
    OPERATIONS
        .iter()
        .position(|operation| operation.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own_and_a_share() {
        for (n, Operation { name, share, .. }) in OPERATIONS.iter().enumerate() {
            assert!(OPERATIONS[..n].iter().all(|other| other.name != *name));
            assert_ne!(*share, 0, "{name}");
        }
    }
}
