// SPDX-License-Identifier: GPL-2.0-only

//! What a vCPU of the domU does, or has dom0 do, one kind in a file, and the list of
//! all of them, [`OPERATIONS`]. Those that remove memory are a [`Removal`] as well.
//!
//! A new one is a file here, and its line in the list. From then on `differential`
//! performs it among the others, at random.

#[cfg(target_os = "none")]
pub(crate) mod around;
mod bad;
mod by_dom0_decrease;
mod by_dom0_paused;
mod by_dom0_remove;
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

/// How often an operation comes, compared with the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// So often, in each episode.
    Always(u64),
    /// So often, in those few episodes that have superpages: they take long.
    Superpages(u64),
}

/// Who sends invalidations for an operation, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sends {
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

/// Something that a vCPU does.
pub(crate) trait Operation: Sync {
    /// Its name in a trace.
    fn name(&self) -> &'static str;

    /// How often it comes.
    fn share(&self) -> Share;

    /// How often it comes among the calls of a multicall.
    fn call_share(&self) -> u64 {
        0
    }

    /// Itself as a call of a multicall, on a page: one that does nothing if it cannot be
    /// one.
    #[cfg(target_os = "none")]
    fn call(&self, _page: Gfn) -> Call {
        Call::Null
    }

    /// Who sends invalidations for it.
    fn sends(&self) -> Sends {
        Sends::Own
    }

    /// Of how many parts it is, if Xen may preempt it between them.
    fn parts(&self, operands: &Operands) -> u64 {
        operands.count as u64
    }

    /// Whether it changes which servers there are: to those of its operands.
    fn changes_servers(&self) -> bool {
        false
    }

    /// Itself, if it removes memory.
    fn removal(&self) -> Option<&dyn Removal> {
        None
    }

    /// What it is about, as people and the comparison read it.
    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [page, ..] = operands.pages;
        let pages = self.removal().map_or(Pages::One, Removal::pages);
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
pub(crate) enum Pages {
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

/// An operation that removes memory from the domU.
pub(crate) trait Removal: Operation {
    /// Which frames it is of.
    fn pages(&self) -> Pages {
        Pages::One
    }

    /// The most pages that one hypercall removes.
    #[cfg(target_os = "none")]
    fn most(&self) -> usize {
        usize::MAX
    }

    /// Whether pages that it removes stay allocated to the domU.
    #[cfg(target_os = "none")]
    fn keeps(&self) -> bool {
        true
    }

    /// Whether it pauses the domU.
    #[cfg(target_os = "none")]
    fn pauses(&self) -> bool {
        false
    }

    /// Whether there is RAM afterwards where it has removed.
    #[cfg(target_os = "none")]
    fn leaves_ram(&self) -> bool {
        false
    }

    /// Whether Xen with the component sends once for it, however often it is preempted.
    #[cfg(target_os = "none")]
    fn is_deferred(&self) -> bool {
        false
    }

    /// Whether what it maps is there once, so that one vCPU at a time can do it.
    #[cfg(target_os = "none")]
    fn alone(&self) -> bool {
        false
    }

    /// How often [`prepare`](Self::prepare) and [`clear`](Self::clear) remove what is
    /// RAM to the P2M.
    #[cfg(target_os = "none")]
    fn also_removes(&self) -> (u64, u64) {
        (0, 0)
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
    &by_dom0_remove::ByDom0Remove,
    &by_dom0_decrease::ByDom0Decrease,
    &by_dom0_paused::ByDom0Paused,
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
            let (Share::Always(share) | Share::Superpages(share)) = operation.share();
            assert_ne!(share, 0, "{name}");
        }
    }

    #[test]
    fn superpages_come_where_they_are_expected() {
        for operation in OPERATIONS {
            let pages = operation.removal().map(Removal::pages);
            let superpages = matches!(pages, Some(Pages::Superpage | Pages::OfSuperpage));
            let share = operation.share();
            assert_eq!(
                superpages,
                matches!(share, Share::Superpages(_)),
                "{}",
                operation.name()
            );
        }
    }
}
