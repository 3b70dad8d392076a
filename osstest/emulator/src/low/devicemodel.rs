// SPDX-License-Identifier: GPL-2.0-only

//! libxendevicemodel: ioreq servers.

use super::{check, sys};
use std::{io, ptr::NonNull};

/// The library, opened.
pub struct DeviceModel(NonNull<sys::xendevicemodel_handle>);

impl DeviceModel {
    /// Opens it.
    pub fn open() -> io::Result<Self> {
        // SAFETY: no logger, no flags.
        let handle = unsafe { sys::xendevicemodel_open(std::ptr::null_mut(), 0) };
        NonNull::new(handle)
            .map(Self)
            .ok_or_else(io::Error::last_os_error)
    }

    /// Registers an ioreq server of a domain, disabled; its number.
    pub fn create(&self, domid: u16) -> io::Result<u16> {
        let mut id = 0;
        let buffered = sys::HVM_IOREQSRV_BUFIOREQ_OFF as i32;
        // SAFETY: the handle is open, and `id` is written to.
        check(unsafe {
            sys::xendevicemodel_create_ioreq_server(self.0.as_ptr(), domid, buffered, &mut id)
        })?;
        Ok(id)
    }

    /// Has it emulate `size` bytes of memory from `start` on.
    pub fn map_mmio(&self, domid: u16, id: u16, start: u64, size: u64) -> io::Result<()> {
        // SAFETY: the handle is open.
        check(unsafe {
            sys::xendevicemodel_map_io_range_to_ioreq_server(
                self.0.as_ptr(),
                domid,
                id,
                1,
                start,
                start + size - 1,
            )
        })?;
        Ok(())
    }

    /// Enables it, or has Xen send it nothing more.
    pub fn enable(&self, domid: u16, id: u16, enabled: bool) -> io::Result<()> {
        // SAFETY: the handle is open.
        check(unsafe {
            sys::xendevicemodel_set_ioreq_server_state(self.0.as_ptr(), domid, id, enabled.into())
        })?;
        Ok(())
    }

    /// Destroys it.
    pub fn destroy(&self, domid: u16, id: u16) -> io::Result<()> {
        // SAFETY: the handle is open.
        check(unsafe { sys::xendevicemodel_destroy_ioreq_server(self.0.as_ptr(), domid, id) })?;
        Ok(())
    }
}

impl Drop for DeviceModel {
    fn drop(&mut self) {
        // SAFETY: it is open, and not used again.
        unsafe { sys::xendevicemodel_close(self.0.as_ptr()) };
    }
}
