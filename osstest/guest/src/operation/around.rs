// SPDX-License-Identifier: GPL-2.0-only

//! What removals have to do with, beside their pages. There is one of each, which all
//! vCPUs know.

use super::perform::ask;
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        gfn::{Chosen, Gfn},
        hypercall::Errno,
        shared_info,
    },
    protocol::Request,
};
use core::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};

/// RAM that this domain may have, in KiB. What is removed, or covered by a mapping,
/// stays allocated: let there be more than this domain will ever lose, so that none
/// runs dry at a point that depends on what was before.
const MAX_KIB: u64 = 64 << 20;

/// What the page that dom0 grants starts with.
pub(crate) const GRANTED: u64 = 0x6772_616e_7465_6421;
/// What the page that dom0 lends starts with.
pub(crate) const LENT: u64 = 0x6c65_6e74_2070_6167;

static GRANT: AtomicU32 = AtomicU32::new(0);
static FRAME: AtomicU64 = AtomicU64::new(0);
static SHARED_INFO: Chosen = Chosen::none();

/// What removals have to do with.
#[derive(Clone, Copy)]
pub(crate) struct Around {
    dom0: Dom0,
    /// The reference of a page that dom0 has granted.
    pub(crate) grant: u32,
    /// A frame that dom0 lends.
    pub(crate) lent: u64,
    /// Where shared_info is mapped.
    pub(crate) shared_info: Gfn,
}

/// Maps shared_info there, and has dom0 provide the others. On one vCPU, once.
pub(crate) fn create(dom0: &Dom0, shared_info: Gfn) -> Result<(), Error> {
    shared_info::map(shared_info)?;
    SHARED_INFO.set(shared_info);
    dom0.ask(Request::MaxMemory(MAX_KIB))?;
    let grant = dom0.ask(Request::Grant(GRANTED))?;
    GRANT.store(u32::try_from(grant).unwrap_or(u32::MAX), Relaxed);
    FRAME.store(dom0.ask(Request::Lend(LENT))?, Relaxed);
    Ok(())
}

impl Around {
    /// What there is.
    pub(crate) fn new(dom0: &Dom0) -> Self {
        Self {
            dom0: *dom0,
            grant: GRANT.load(Relaxed),
            lent: FRAME.load(Relaxed),
            shared_info: SHARED_INFO.get(),
        }
    }

    /// Has dom0 remove these frames, which are in a row, by the operation of that name:
    /// how many it has removed.
    pub(super) fn have_removed(&self, by: &str, pages: &[Gfn]) -> Result<u64, Errno> {
        let request = Request::removal(by, pages[0].number(), pages.len());
        ask(&self.dom0, request)
    }
}
