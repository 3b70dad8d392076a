// SPDX-License-Identifier: GPL-2.0-only

//! Grants, of one page of this domain and of other domains' pages.

use super::{
    super::{
        abi,
        gfn::{Frame, Gfn},
    },
    DomId, Errno, call,
    memory::{self, Space},
};
use core::sync::atomic::{Ordering, fence};

/// The first reference that is not reserved (GNTTAB_NR_RESERVED_ENTRIES).
const REFERENCE: u32 = 8;

/// Grants a page to a domain; the reference.
pub fn grant(page: &'static Frame, domid: DomId) -> Result<u32, Errno> {
    static TABLE: Frame = Frame::new();
    memory::add_to_physmap(Space::GrantTable, TABLE.gfn())?;
    let table: *mut abi::grant_entry_v1 = TABLE.gfn().pointer();
    // SAFETY: the table that was just mapped has 512 entries.
    let entry = unsafe { table.add(REFERENCE as usize) };
    let mut contents = abi::grant_entry_v1 {
        flags: 0,
        domid,
        frame: u32::try_from(page.gfn().number()).expect("frame fits version 1"),
    };
    // SAFETY: the entry is this domain's to write.
    unsafe { entry.write_volatile(contents) };
    // Xen may look as soon as the flags are set.
    fence(Ordering::SeqCst);
    contents.flags = abi::gtf_permit_access;
    // SAFETY: as above.
    unsafe { entry.write_volatile(contents) };
    Ok(REFERENCE)
}

/// A mapped grant.
#[derive(Clone, Copy, Debug)]
pub struct Mapping {
    gfn: Gfn,
    handle: u32,
}

impl Mapping {
    /// The one at `gfn` that Xen calls `handle`, if there is one.
    pub const fn new(gfn: Gfn, handle: u32) -> Self {
        Self { gfn, handle }
    }
}

fn grant_table_op<T>(cmd: u32, arg: &mut T) -> Result<(), Errno> {
    let arg = core::ptr::from_mut(arg).expose_provenance();
    // SAFETY: the functions below pass one argument of `cmd`, and name frames
    // by `Gfn` only.
    unsafe { call(abi::__HYPERVISOR_grant_table_op, [cmd as usize, arg, 1]) }.map(drop)
}

fn status(status: i16) -> Result<(), Errno> {
    match status {
        0 => Ok(()),
        status => Err(Errno(status.into())),
    }
}

/// Maps the page that `dom` granted at `gfn`, whatever is there.
pub fn map(dom: DomId, reference: u32, gfn: Gfn) -> Result<Mapping, Errno> {
    let mut arg = abi::gnttab_map_grant_ref {
        host_addr: gfn.address(),
        flags: abi::GNTMAP_host_map,
        ref_: reference,
        dom,
        ..Default::default()
    };
    grant_table_op(abi::GNTTABOP_map_grant_ref, &mut arg)?;
    status(arg.status)?;
    Ok(Mapping {
        gfn,
        handle: arg.handle,
    })
}

/// Unmaps it.
pub fn unmap(mapping: Mapping) -> Result<(), Errno> {
    let mut arg = abi::gnttab_unmap_grant_ref {
        host_addr: mapping.gfn.address(),
        handle: mapping.handle,
        ..Default::default()
    };
    grant_table_op(abi::GNTTABOP_unmap_grant_ref, &mut arg)?;
    status(arg.status)
}
