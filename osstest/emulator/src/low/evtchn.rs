// SPDX-License-Identifier: GPL-2.0-only

//! libxenevtchn: the event channels that announce requests and completions.

use super::{check, sys};
use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    ptr::NonNull,
};

/// A port of this domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(u32);

/// The library, opened.
pub struct EventChannels(NonNull<sys::xenevtchn_handle>);

impl EventChannels {
    /// Opens it.
    pub fn open() -> io::Result<Self> {
        // SAFETY: no logger, no flags.
        let handle = unsafe { sys::xenevtchn_open(std::ptr::null_mut(), 0) };
        NonNull::new(handle)
            .map(Self)
            .ok_or_else(io::Error::last_os_error)
    }

    fn port(status: i32) -> io::Result<Port> {
        let port = check(status)?;
        Ok(Port(port as u32))
    }

    /// Binds to a port of another domain.
    pub fn bind(&self, domid: u16, remote: u32) -> io::Result<Port> {
        // SAFETY: the handle is open.
        let status =
            unsafe { sys::xenevtchn_bind_interdomain(self.0.as_ptr(), domid.into(), remote) };
        Self::port(status)
    }

    /// Takes an event that is there (poll says so), and lets the next one come.
    pub fn take(&self) -> io::Result<Port> {
        // SAFETY: the handle is open.
        let port = Self::port(unsafe { sys::xenevtchn_pending(self.0.as_ptr()) })?;
        // SAFETY: as above.
        check(unsafe { sys::xenevtchn_unmask(self.0.as_ptr(), port.0) })?;
        Ok(port)
    }

    /// Sends an event.
    pub fn notify(&self, port: Port) -> io::Result<()> {
        // SAFETY: the handle is open.
        check(unsafe { sys::xenevtchn_notify(self.0.as_ptr(), port.0) })?;
        Ok(())
    }
}

impl AsFd for EventChannels {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the handle is open.
        let fd = unsafe { sys::xenevtchn_fd(self.0.as_ptr()) };
        // SAFETY: it stays open for as long as the handle.
        unsafe { BorrowedFd::borrow_raw(fd) }
    }
}

impl Drop for EventChannels {
    fn drop(&mut self) {
        // SAFETY: it is open, and not used again.
        unsafe { sys::xenevtchn_close(self.0.as_ptr()) };
    }
}
