// SPDX-License-Identifier: GPL-2.0-only

//! `memory_op`.

use super::{
    super::{
        abi,
        gfn::{Gfn, LAST_SUPERPAGE},
    },
    DomId, Errno, call_with,
    dm_op::ServerId,
};

/// What Xen can map into a guest on request.
#[derive(Clone, Copy, Debug)]
pub enum Space {
    /// The shared_info page.
    SharedInfo,
    /// The first frame of the grant table.
    GrantTable,
    /// A frame of its own, which Xen on Arm refuses.
    Own(Gfn),
}

fn memory_op<T>(cmd: u32, arg: &mut T) -> Result<usize, Errno> {
    // SAFETY: the functions below pass the argument of `cmd` with valid
    // pointers, and name frames of this domain by `Gfn` only.
    unsafe { call_with(abi::__HYPERVISOR_memory_op, cmd, arg) }
}

/// The argument of an operation on extents. It points to them.
fn reservation(
    domid: DomId,
    extents: *const abi::xen_pfn_t,
    nr_extents: usize,
    extent_order: u32,
) -> abi::xen_memory_reservation {
    let mut arg = abi::xen_memory_reservation {
        nr_extents: nr_extents as u64,
        extent_order,
        domid,
        ..Default::default()
    };
    arg.extent_start.p = extents.cast_mut();
    arg
}

/// An operation on extents of this domain; how many it has done.
fn own(cmd: u32, extents: &[Gfn], order: u32) -> Result<usize, Errno> {
    // A `Gfn` is a `xen_pfn_t`.
    let start = extents.as_ptr().cast();
    let mut arg = reservation(abi::domid_self, start, extents.len(), order);
    memory_op(cmd, &mut arg)
}

/// Gives extents of RAM back; how many.
pub fn decrease_reservation(extents: &[Gfn], order: u32) -> Result<usize, Errno> {
    own(abi::XENMEM_decrease_reservation, extents, order)
}

/// Where a continuation has the extent to go on with, in its command: Xen's own
/// MEMOP_EXTENT_SHIFT.
pub const EXTENT_SHIFT: u32 = 6;

/// How many extents the preempted call has done whose command is this.
pub fn extents_done(command: u64) -> u64 {
    command >> EXTENT_SHIFT
}

/// Goes on with a [`decrease_reservation`] behind its last extent, as if Xen had
/// preempted it there: what is left to do is to complete it.
pub fn decrease_reservation_complete(extents: &[Gfn]) -> Result<usize, Errno> {
    let done = u32::try_from(extents.len()).expect("few extents");
    let cmd = abi::XENMEM_decrease_reservation | (done << EXTENT_SHIFT);
    own(cmd, extents, 0)
}

/// Fills extents with new RAM; how many.
pub fn populate_physmap(extents: &[Gfn], order: u32) -> Result<usize, Errno> {
    own(abi::XENMEM_populate_physmap, extents, order)
}

/// Takes extents of RAM without mapping them anywhere: they are lost to a guest
/// whose memory map is Xen's. How many.
pub fn increase_reservation(extents: usize, order: u32) -> Result<usize, Errno> {
    let mut arg = reservation(abi::domid_self, core::ptr::null(), extents, order);
    memory_op(abi::XENMEM_increase_reservation, &mut arg)
}

/// An operation that does not exist.
pub fn unknown() -> Result<usize, Errno> {
    memory_op(63, &mut 0_u64)
}

/// Gives pages of another domain's RAM back; how many.
pub fn decrease_reservation_of(domid: DomId, pages: &[u64]) -> Result<usize, Errno> {
    let mut arg = reservation(domid, pages.as_ptr(), pages.len(), 0);
    memory_op(abi::XENMEM_decrease_reservation, &mut arg)
}

/// Gives another domain RAM at these frames; how many.
pub fn populate_physmap_of(domid: DomId, pages: &[u64]) -> Result<usize, Errno> {
    let mut arg = reservation(domid, pages.as_ptr(), pages.len(), 0);
    memory_op(abi::XENMEM_populate_physmap, &mut arg)
}

/// A word of the argument of [`any`].
#[derive(Clone, Copy, Debug)]
pub enum Word {
    /// A frame's number.
    Frame(Gfn),
    /// A frame's address.
    Address(Gfn),
    /// A small number.
    Small(u8),
    /// DOMID_SELF.
    Own,
}

/// Any operation with any argument, such as a continuation that Xen has never
/// made: `command` has the extent to go on with above its lowest bits.
pub fn any(command: u32, words: [Word; 8]) -> Result<usize, Errno> {
    /// Larger than any argument of an operation.
    const ROOM: usize = 64;
    let mut arg = [0_u64; ROOM];
    for (place, word) in arg.iter_mut().zip(words) {
        *place = match word {
            Word::Frame(gfn) => gfn.number().min(LAST_SUPERPAGE),
            Word::Address(gfn) => gfn.address(),
            Word::Small(number) => number.into(),
            Word::Own => abi::domid_self.into(),
        };
    }
    // SAFETY: whichever structure Xen takes these words for, a pointer is to a
    // frame that Rust does not use or to where the domU has nothing, and a frame is
    // one that Rust does not use, as are those behind it of the largest extent that a
    // domU may have. What Xen writes into the argument fits. A domU has no rights on
    // other domains; dom0 does not do this.
    unsafe { call_with(abi::__HYPERVISOR_memory_op, command, &mut arg) }
}

/// Removes a mapping; the page, if it was RAM, stays allocated.
pub fn remove_from_physmap(gfn: Gfn) -> Result<(), Errno> {
    remove_from_physmap_of(abi::domid_self, gfn.number())
}

/// Removes a mapping of another domain.
pub fn remove_from_physmap_of(domid: DomId, gpfn: u64) -> Result<(), Errno> {
    let mut arg = abi::xen_remove_from_physmap { domid, gpfn };
    memory_op(abi::XENMEM_remove_from_physmap, &mut arg).map(drop)
}

/// The argument of [`remove_from_physmap`], for a multicall.
pub(super) fn removal(gfn: Gfn) -> abi::xen_remove_from_physmap {
    abi::xen_remove_from_physmap {
        domid: abi::domid_self,
        gpfn: gfn.number(),
    }
}

/// The argument of [`decrease_reservation`] and [`populate_physmap`] of a page,
/// for a multicall. It points to `gfn`.
pub(super) fn page_reservation(gfn: &Gfn) -> abi::xen_memory_reservation {
    reservation(abi::domid_self, core::ptr::from_ref(gfn).cast(), 1, 0)
}

/// Maps something of Xen's at `gfn`, whatever is there.
pub fn add_to_physmap(space: Space, gfn: Gfn) -> Result<(), Errno> {
    let mut arg = abi::xen_add_to_physmap {
        domid: abi::domid_self,
        space: match space {
            Space::SharedInfo => abi::XENMAPSPACE_shared_info,
            Space::GrantTable => abi::XENMAPSPACE_grant_table,
            Space::Own(_) => abi::XENMAPSPACE_gmfn,
        },
        idx: match space {
            Space::Own(from) => from.number(),
            Space::SharedInfo | Space::GrantTable => 0,
        } as abi::xen_ulong_t,
        gpfn: gfn.number(),
        ..Default::default()
    };
    memory_op(abi::XENMEM_add_to_physmap, &mut arg).map(drop)
}

/// Maps pages of another domain, each at a frame, whatever is there; the error
/// number of each, 0 for none.
pub fn map_foreign_batch<const N: usize>(
    domid: DomId,
    foreign: [u64; N],
    at: [Gfn; N],
) -> Result<[i32; N], Errno> {
    let mut idxs = foreign.map(|gfn| gfn as abi::xen_ulong_t);
    let mut gpfns = at.map(Gfn::number);
    let mut errs = [0; N];
    let mut arg = abi::xen_add_to_physmap_batch {
        domid: abi::domid_self,
        space: abi::mapspace_gmfn_foreign,
        size: u16::try_from(N).expect("few frames"),
        ..Default::default()
    };
    arg.u.foreign_domid = domid;
    arg.idxs.p = idxs.as_mut_ptr();
    arg.gpfns.p = gpfns.as_mut_ptr();
    arg.errs.p = errs.as_mut_ptr();
    memory_op(abi::XENMEM_add_to_physmap_batch, &mut arg)?;
    Ok(errs)
}

/// Maps a page of another domain at `gfn`, whatever is there.
pub fn map_foreign(domid: DomId, foreign: u64, gfn: Gfn) -> Result<(), Errno> {
    match map_foreign_batch(domid, [foreign], [gfn])? {
        [0] => Ok(()),
        [err] => Err(Errno(err.into())),
    }
}

/// Maps the ioreq page of a server of another domain at `gfn`.
pub fn acquire_ioreq_page(domid: DomId, id: ServerId, gfn: Gfn) -> Result<(), Errno> {
    let mut frame = gfn.number();
    let mut arg = abi::xen_mem_acquire_resource {
        domid,
        type_: abi::resource_ioreq_server,
        id: id.into(),
        nr_frames: 1,
        frame: abi::resource_ioreq_frame,
        ..Default::default()
    };
    arg.frame_list.p = &raw mut frame;
    memory_op(abi::XENMEM_acquire_resource, &mut arg).map(drop)
}
