// SPDX-License-Identifier: GPL-2.0-only

//! What emulators are sent for hypercalls that Xen preempts.

use super::{
    figures::Figures,
    removals::{decrease, decrease_512, populate},
};
use crate::{
    battery::error::Error,
    low::{
        gfn::SUPERPAGE,
        time::{preempt_after_us, stop_preempting},
    },
};

const HYPERCALLS: usize = 8;

/// Each removes 512 pages and is preempted about halfway.
pub(super) fn measure(figures: &mut Figures) -> Result<(), Error> {
    let half_us = figures.least(1, 1, decrease_512)? / 2 / 1000;
    let pages = figures.superpage.pages::<SUPERPAGE>();
    let before = figures.dom0.shared.all_invalidations_of(0);
    for _ in 0..HYPERCALLS {
        preempt_after_us(half_us);
        decrease(&pages)?;
        stop_preempting();
        // Fills what is empty: no invalidation comes of that.
        populate(&pages)?;
    }
    let sent = figures.dom0.shared.all_invalidations_of(0) - before;
    figures.print("8-preempted", "invalidations", sent)
}
