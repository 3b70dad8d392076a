// SPDX-License-Identifier: GPL-2.0-only

//! Hypercalls of a program, through Linux's privcmd.

use super::sys;
use crate::Gfn;
use rustix::ioctl::{Direction, Ioctl, IoctlOutput, Opcode, ioctl, opcode};
use std::{ffi::c_void, fs::File, io};

/// Whose memory a hypercall is about.
#[derive(Clone, Copy, Debug)]
pub enum Domain {
    /// That of the caller.
    Own,
    /// Another's.
    Other(u16),
}

/// Xen.
pub struct Xen(File);

/// `struct privcmd_hypercall` of Linux's xen/privcmd.h.
#[repr(C)]
struct Call {
    op: u64,
    arg: [u64; 5],
}

// SAFETY: that is what IOCTL_PRIVCMD_HYPERCALL takes; its result is the hypercall's.
unsafe impl Ioctl for Call {
    type Output = usize;
    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        // _IOC(_IOC_NONE, 'P', 0, sizeof(struct privcmd_hypercall))
        opcode::from_components(Direction::None, b'P', 0, size_of::<Self>())
    }

    fn as_ptr(&mut self) -> *mut c_void {
        (&raw mut *self).cast()
    }

    unsafe fn output_from_ptr(out: IoctlOutput, _: *mut c_void) -> rustix::io::Result<usize> {
        Ok(out as usize)
    }
}

impl Xen {
    /// Opens it.
    pub fn open() -> io::Result<Self> {
        File::options()
            .read(true)
            .write(true)
            .open("/dev/xen/privcmd")
            .map(Self)
    }

    /// # Safety
    ///
    /// `arg` must be what `command` takes. What the hypercall does to the memory of
    /// this program must be what its caller wants.
    unsafe fn memory_op<T>(&self, command: u32, arg: &mut T) -> io::Result<usize> {
        let call = Call {
            op: sys::__HYPERVISOR_memory_op.into(),
            arg: [command.into(), (&raw mut *arg).addr() as u64, 0, 0, 0],
        };
        // SAFETY: the file is privcmd's; the rest is the caller's promise.
        Ok(unsafe { ioctl(&self.0, call) }?)
    }

    fn reservation(
        &self,
        command: u32,
        domain: Domain,
        extents: &[Gfn],
        order: u32,
    ) -> io::Result<()> {
        // Of its own: Xen may write to it.
        let mut list = extents.to_vec();
        let mut arg = sys::xen_memory_reservation {
            nr_extents: list.len() as u64,
            extent_order: order,
            domid: match domain {
                Domain::Own => sys::domid_self,
                Domain::Other(domid) => domid,
            },
            ..Default::default()
        };
        arg.extent_start.q = list.as_mut_ptr().addr() as u64;
        // SAFETY: it is the argument of either command. The memory is the caller's to
        // give away, and is not touched until it is back.
        let done = unsafe { self.memory_op(command, &mut arg) }?;
        if done != extents.len() {
            return Err(io::Error::other(format!(
                "{done} of {} extents",
                extents.len()
            )));
        }
        Ok(())
    }

    /// Gives extents of `1 << order` pages away.
    pub fn decrease(&self, domain: Domain, extents: &[Gfn], order: u32) -> io::Result<()> {
        self.reservation(sys::XENMEM_decrease_reservation, domain, extents, order)
    }

    /// Puts new pages there, also in place of some.
    pub fn populate(&self, extents: &[Gfn], order: u32) -> io::Result<()> {
        self.reservation(sys::XENMEM_populate_physmap, Domain::Own, extents, order)
    }

    /// Removes what is at this place.
    pub fn remove(&self, gfn: Gfn) -> io::Result<()> {
        let mut arg = sys::xen_remove_from_physmap {
            domid: sys::domid_self,
            gpfn: gfn,
        };
        // SAFETY: it is the argument of this command; for the rest see above.
        unsafe { self.memory_op(sys::XENMEM_remove_from_physmap, &mut arg) }?;
        Ok(())
    }

    /// How many pages belong to this domain: those that it has given away as well, for
    /// as long as somebody has them mapped.
    pub fn owned(&self) -> io::Result<usize> {
        let mut domid = sys::domid_self;
        // SAFETY: this command takes a domain's number.
        unsafe { self.memory_op(sys::XENMEM_current_reservation, &mut domid) }
    }
}
