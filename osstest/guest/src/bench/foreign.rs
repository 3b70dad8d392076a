// SPDX-License-Identifier: GPL-2.0-only

//! Removals by another domain: dom0 counts what its hypercall takes.

use super::{
    figures::Figures,
    removals::{populate, table},
};
use crate::{battery::error::Error, low::gfn::SUPERPAGE, protocol::Request};

/// 512 pages, with one hypercall.
pub(super) fn measure(figures: &mut Figures) -> Result<(), Error> {
    let count = figures.least(3, 1, |figures| {
        let pages = table(figures)?.pages::<SUPERPAGE>();
        let count = figures.dom0.ask(Request::Measure {
            first: pages[0].number(),
            count: SUPERPAGE as u64,
        })?;
        populate(&pages)?;
        Ok(count)
    })?;
    figures.instructions("foreign-512", count)
}
