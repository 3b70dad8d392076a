// SPDX-License-Identifier: GPL-2.0-only

//! GNTTABOP_map_grant_ref over a page, and GNTTABOP_unmap_grant_ref of any that was
//! mapped.

use super::{Operation, Pages};
#[cfg(target_os = "none")]
use super::{around::Around, outcome::Outcome, perform::one};
#[cfg(target_os = "none")]
use crate::{
    low::{
        hypercall::grant::{self, Mapping},
        kept::Kept,
    },
    protocol::DOM0,
};

pub(super) const MAP: Operation = Operation {
    name: "grant-map",
    share: 60,
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, dom0| {
        let page = world.page(operands.pages[0]);
        let mapped = grant::map(DOM0, Around::new(dom0).grant, page);
        if let Ok(mapping) = mapped {
            world.mapped(mapping);
        }
        Outcome::of(&[mapped.map(|_| 1)])
    }),
    removes: Some(Pages::One),
    alone: true,
    #[cfg(target_os = "none")]
    remove: |around, pages| {
        MAPPED.set(Some(grant::map(DOM0, around.grant, pages[0])?));
        Ok(1)
    },
    #[cfg(target_os = "none")]
    clear: |_, _| MAPPED.get().map_or(Ok(()), grant::unmap),
    ..Operation::USUAL
};

/// What `remove` of [`MAP`] has mapped last: on one vCPU at a time
/// ([`Operation::alone`]).
#[cfg(target_os = "none")]
static MAPPED: Kept<Option<Mapping>> = Kept::new(None);

pub(super) const UNMAP: Operation = Operation {
    name: "grant-unmap",
    share: 50,
    show: Some(|operands, f| write!(f, " any={}", operands.value % 256)),
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, _| {
        let Some((n, mapping)) = world.any_mapping(operands.value % 256) else {
            return Outcome::NOTHING;
        };
        let unmapped = grant::unmap(mapping);
        if unmapped.is_ok() {
            world.forget(n);
        }
        Outcome::of(&[one(unmapped)])
    }),
    ..Operation::USUAL
};
