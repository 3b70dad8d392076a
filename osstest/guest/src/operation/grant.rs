// SPDX-License-Identifier: GPL-2.0-only

//! GNTTABOP_map_grant_ref over a page, and GNTTABOP_unmap_grant_ref of any that was
//! mapped.

use super::{Operation, Removal, Share, operands::Operands};
#[cfg(target_os = "none")]
use super::{around::Around, outcome::Outcome, perform::one};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{
        gfn::Gfn,
        hypercall::{
            Errno,
            grant::{self, Mapping},
        },
    },
    protocol::DOM0,
};
use core::fmt;
#[cfg(target_os = "none")]
use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

pub(crate) struct Map;

/// What Xen calls the grant that [`Map::remove`] has mapped last.
#[cfg(target_os = "none")]
static HANDLE: AtomicU32 = AtomicU32::new(0);

impl Operation for Map {
    fn name(&self) -> &'static str {
        "grant-map"
    }

    fn share(&self) -> Share {
        Share::Always(60)
    }

    fn removal(&self) -> Option<&dyn Removal> {
        Some(self)
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, dom0: &Dom0) -> Outcome {
        let [number, ..] = operands.pages;
        let page = world.page(number);
        let mapped = self.remove(&Around::new(dom0), &[page]);
        if mapped.is_ok() {
            world.mapped(number, Mapping::new(page, HANDLE.load(Relaxed)));
        }
        Outcome::of(&[mapped])
    }
}

impl Removal for Map {
    /// What it is to unmap is remembered for one page.
    #[cfg(target_os = "none")]
    fn alone(&self) -> bool {
        true
    }

    #[cfg(target_os = "none")]
    fn remove(&self, around: &Around<'_>, pages: &[Gfn]) -> Result<u64, Errno> {
        let mapping = grant::map(DOM0, around.grant, pages[0])?;
        HANDLE.store(mapping.handle(), Relaxed);
        Ok(1)
    }

    #[cfg(target_os = "none")]
    fn clear(&self, _: &Around<'_>, pages: &[Gfn]) -> Result<(), Errno> {
        grant::unmap(Mapping::new(pages[0], HANDLE.load(Relaxed)))
    }
}

pub(crate) struct Unmap;

impl Operation for Unmap {
    fn name(&self) -> &'static str {
        "grant-unmap"
    }

    fn share(&self) -> Share {
        Share::Always(50)
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " any={}", operands.value % 256)
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, _: &Dom0) -> Outcome {
        let Some((n, mapping)) = world.any_mapping(operands.value % 256) else {
            return Outcome::NOTHING;
        };
        let unmapped = grant::unmap(mapping);
        if unmapped.is_ok() {
            world.forget(n);
        }
        Outcome::of(&[one(unmapped)])
    }
}
