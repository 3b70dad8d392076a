// SPDX-License-Identifier: GPL-2.0-only

//! XENMAPSPACE_gmfn_foreign: a frame of dom0's over a page, or over three with one
//! XENMEM_add_to_physmap_batch, of which one does not exist.

use super::{About, How, Operation, Pages, Removal, Sends, operands::Operands};
#[cfg(target_os = "none")]
use super::{around::Around, outcome::Outcome, perform::one};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{
        gfn::Gfn,
        hypercall::{Errno, memory},
    },
    protocol::DOM0,
};
use core::fmt;

pub(crate) struct Foreign;

impl Operation for Foreign {
    fn about(&self) -> About {
        About {
            name: "foreign",
            share: 50,
            ..About::USUAL
        }
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }
}

impl Removal for Foreign {
    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        one(memory::map_foreign(DOM0, around.lent, pages[0]))
    }

    #[cfg(target_os = "none")]
    fn clear(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<(), Errno> {
        memory::remove_from_physmap(pages[0])
    }
}

pub(crate) struct ForeignBatch;

impl Operation for ForeignBatch {
    fn about(&self) -> About {
        About {
            name: "foreign-batch",
            share: 30,
            sends: Sends::OwnParts,
            ..About::USUAL
        }
    }

    fn parts(&self, _: &Operands) -> u64 {
        3
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, ..] = operands.pages;
        write!(f, " {a} {b} {c} missing={}", operands.value % 3)
    }

    /// What is mapped before an error stays.
    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, dom0: &Dom0) -> Outcome {
        let Around { lent, .. } = Around::new(dom0);
        let of = [0, 1, 2].map(|n| match operands.value % 3 == n {
            true => Gfn::NOWHERE.number(),
            false => lent,
        });
        let [a, b, c, ..] = operands.pages.map(|page| world.page(page));
        match memory::map_foreign_batch(DOM0, of, [a, b, c]) {
            Err(why) => Outcome::of(&[Err(why)]),
            Ok(errs) => {
                let mut outcome = Outcome::of(&errs.map(|err| Ok(err as u64)));
                outcome.done = errs.contains(&0);
                outcome
            }
        }
    }
}

impl Removal for ForeignBatch {
    fn how(&self) -> How {
        How {
            pages: Pages::Some,
            most: 3,
            ..How::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        let lent = around.lent;
        let mapped = |errs: &[i32]| errs.iter().filter(|&&err| err == 0).count() as u64;
        Ok(match *pages {
            [a, b] => mapped(&memory::map_foreign_batch(DOM0, [lent; 2], [a, b])?),
            [a, b, c] => mapped(&memory::map_foreign_batch(DOM0, [lent; 3], [a, b, c])?),
            _ => 0,
        })
    }

    #[cfg(target_os = "none")]
    fn clear(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<(), Errno> {
        pages
            .iter()
            .try_for_each(|&page| memory::remove_from_physmap(page))
    }
}
