// SPDX-License-Identifier: GPL-2.0-only

//! The ways to remove memory, of the list of operations, that a vCPU chooses from.

use crate::{
    operation::{Operation, Pages, Sends, number_of, removals},
    prng::Prng,
};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// The ways that a vCPU has done, a bit for each.
static DONE: AtomicU64 = AtomicU64::new(0);

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
    fn is(self, removal: &Operation) -> bool {
        let own = matches!(removal.sends, Sends::Own | Sends::OwnParts);
        match (self, removal.removes) {
            (Self::One, Some(Pages::One)) | (Self::Some, Some(Pages::Some)) => own,
            (Self::ByDom0, Some(Pages::One | Pages::Row)) => !own,
            _ => false,
        }
    }
}

/// Any of the wanted ones: of those of which one vCPU at a time can do each, if it is
/// `alone`, and of those which keep pages allocated, if it `keeps` any. One that has
/// not come yet comes first.
pub(super) fn any(prng: &mut Prng, wanted: Wanted, alone: bool, keeps: bool) -> &'static Operation {
    let ways = removals().filter(|&removal| {
        wanted.is(removal) && (alone || !removal.alone) && (keeps || !removal.keeps)
    });
    let n = prng.index(ways.clone().count());
    let new = ways.clone().find(|&way| DONE.load(Relaxed) & bit(way) == 0);
    let way = new.or_else(|| ways.clone().nth(n));
    let way = way.expect("fewer than there are");
    DONE.fetch_or(bit(way), Relaxed);
    way
}

fn bit(way: &Operation) -> u64 {
    1 << number_of(way.name).expect("part of the list")
}

/// In how many ways vCPUs have removed.
pub(super) fn how_many() -> u32 {
    DONE.load(Relaxed).count_ones()
}

/// How many ways there are that a vCPU can want.
pub(super) fn all() -> usize {
    let wanted = [Wanted::One, Wanted::Some, Wanted::ByDom0];
    removals()
        .filter(|&removal| wanted.iter().any(|wanted| wanted.is(removal)))
        .count()
}
