// SPDX-License-Identifier: GPL-2.0-only

//! The ways to remove memory, of the list of operations, that a vCPU chooses from.

use crate::{
    battery::{dom0::Dom0, error::Error},
    low::gfn::Gfn,
    operation::{Around, OPERATIONS, Pages, Removal, Sends, number_of},
    prng::Prng,
    protocol::Request,
};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// RAM that this domain may have, in KiB: what is removed may stay allocated.
const MAX_KIB: u64 = 64 << 20;

static GRANT: AtomicU32 = AtomicU32::new(0);
static LENT: AtomicU64 = AtomicU64::new(0);
static SHARED_INFO: AtomicU64 = AtomicU64::new(0);

/// The ways that a vCPU has done, a bit for each.
static DONE: AtomicU64 = AtomicU64::new(0);

/// Has dom0 provide what some of them need; shared_info is mapped already.
pub(super) fn create(dom0: &Dom0, shared_info: Gfn) -> Result<(), Error> {
    dom0.ask(Request::MaxMemory(MAX_KIB))?;
    let grant = dom0.ask(Request::Grant(0))?;
    GRANT.store(u32::try_from(grant).unwrap_or(u32::MAX), Relaxed);
    LENT.store(dom0.ask(Request::Lend(0))?, Relaxed);
    SHARED_INFO.store(shared_info.number(), Relaxed);
    Ok(())
}

/// What removals have to do with.
pub(super) fn around(dom0: &Dom0) -> Around<'_> {
    Around {
        dom0,
        grant: GRANT.load(Relaxed),
        lent: LENT.load(Relaxed),
        shared_info: Gfn::in_arena(SHARED_INFO.load(Relaxed)).expect("mapped there"),
    }
}

/// Which ways a vCPU wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// To remove one page itself.
    One,
    /// To remove some pages itself, with one hypercall.
    Some,
    /// To have dom0 remove one page.
    ByDom0,
}

impl Wanted {
    fn is(self, removal: &dyn Removal) -> bool {
        let own = matches!(removal.sends(), Sends::Own | Sends::OwnParts);
        match (self, removal.pages()) {
            (Self::One, Pages::One) | (Self::Some, Pages::Some) => own,
            (Self::ByDom0, Pages::One | Pages::Row) => !own,
            _ => false,
        }
    }
}

/// Any of the wanted ones: of those of which one vCPU at a time can do each, if it is
/// `alone`, and of those which keep pages allocated, if it `keeps` any.
pub(super) fn any(
    prng: &mut Prng,
    wanted: Wanted,
    alone: bool,
    keeps: bool,
) -> &'static dyn Removal {
    let removals = OPERATIONS
        .iter()
        .filter_map(|operation| operation.removal());
    let ways = removals.filter(|&removal| {
        wanted.is(removal) && (alone || !removal.alone()) && (keeps || !removal.keeps())
    });
    let n = prng.index(ways.clone().count());
    ways.into_iter().nth(n).expect("fewer than these")
}

/// A vCPU has removed in this way.
pub(super) fn done(removal: &dyn Removal) {
    let number = number_of(removal.name()).expect("part of the list");
    DONE.fetch_or(1 << number, Relaxed);
}

/// In how many ways vCPUs have removed.
pub(super) fn how_many() -> u32 {
    DONE.load(Relaxed).count_ones()
}

/// How many ways there are that a vCPU can want.
pub(super) fn all() -> usize {
    let removals = OPERATIONS
        .iter()
        .filter_map(|operation| operation.removal());
    let wanted = [Wanted::One, Wanted::Some, Wanted::ByDom0];
    removals
        .filter(|&removal| wanted.iter().any(|wanted| wanted.is(removal)))
        .count()
}
