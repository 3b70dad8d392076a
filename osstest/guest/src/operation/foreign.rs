// SPDX-License-Identifier: GPL-2.0-only

//! XENMAPSPACE_gmfn_foreign: a frame of dom0's over a page, or over three with one
//! XENMEM_add_to_physmap_batch, of which one does not exist.

use super::{Operation, Pages, Sends};
#[cfg(target_os = "none")]
use super::{around::Around, outcome::Outcome, perform::one};
#[cfg(target_os = "none")]
use crate::{
    low::{gfn::Gfn, hypercall::memory},
    protocol::DOM0,
};

pub(super) const PAGE: Operation = Operation {
    name: "foreign",
    share: 50,
    removes: Some(Pages::One),
    #[cfg(target_os = "none")]
    remove: |around, pages| one(memory::map_foreign(DOM0, around.lent, pages[0])),
    #[cfg(target_os = "none")]
    clear: |_, pages| memory::remove_from_physmap(pages[0]),
    ..Operation::USUAL
};

pub(super) const BATCH: Operation = Operation {
    name: "foreign-batch",
    share: 30,
    sends: Sends::OwnParts,
    parts: |_| 3,
    show: Some(|operands, f| {
        let [a, b, c, ..] = operands.pages;
        write!(f, " {a} {b} {c} missing={}", operands.value % 3)
    }),
    // What is mapped before an error stays.
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, dom0| {
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
    }),
    removes: Some(Pages::Some),
    most: 3,
    #[cfg(target_os = "none")]
    remove: |around, pages| {
        let lent = around.lent;
        let mapped = |errs: &[i32]| errs.iter().filter(|&&err| err == 0).count() as u64;
        Ok(match *pages {
            [a, b] => mapped(&memory::map_foreign_batch(DOM0, [lent; 2], [a, b])?),
            [a, b, c] => mapped(&memory::map_foreign_batch(DOM0, [lent; 3], [a, b, c])?),
            _ => 0,
        })
    },
    #[cfg(target_os = "none")]
    clear: |_, pages| {
        pages
            .iter()
            .try_for_each(|&page| memory::remove_from_physmap(page))
    },
    ..Operation::USUAL
};
