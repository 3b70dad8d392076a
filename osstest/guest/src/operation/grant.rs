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
        kept::Kept,
    },
    protocol::DOM0,
};
use core::fmt;

pub(crate) struct Map;

/// What [`Map::remove`] has mapped last: on one vCPU at a time ([`How::alone`]).
#[cfg(target_os = "none")]
static MAPPED: Kept<Option<Mapping>> = Kept::new(None);

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
        let page = world.page(operands.pages[0]);
        let mapped = grant::map(DOM0, Around::new(dom0).grant, page);
        if let Ok(mapping) = mapped {
            world.mapped(mapping);
        }
        Outcome::of(&[mapped.map(|_| 1)])
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
        MAPPED.set(Some(grant::map(DOM0, around.grant, pages[0])?));
        Ok(1)
    }

    #[cfg(target_os = "none")]
    fn clear(&self, _: &Around<'_>, _: &[Gfn]) -> Result<(), Errno> {
        MAPPED.get().map_or(Ok(()), grant::unmap)
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
