// SPDX-License-Identifier: GPL-2.0-only

//! GNTTABOP_map_grant_ref over a page, and GNTTABOP_unmap_grant_ref of any that was
//! mapped.

use super::{About, How, Operation, Removal, operands::Operands};
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
    fn about(&self) -> About {
        About {
            name: "grant-map",
            share: 60,
            ..About::USUAL
        }
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
    fn how(&self) -> How {
        How {
            alone: true,
            ..How::USUAL
        }
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
    fn about(&self) -> About {
        About {
            name: "grant-unmap",
            share: 50,
            ..About::USUAL
        }
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
