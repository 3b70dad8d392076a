// SPDX-License-Identifier: GPL-2.0-only

//! libxenstore: whether a domain is still there.

use super::sys;
use std::{
    io,
    os::fd::{AsFd, BorrowedFd},
    ptr::NonNull,
};

/// The library, opened, with a watch on domains that end.
pub struct XenStore(NonNull<sys::xs_handle>);

impl XenStore {
    /// Opens it.
    pub fn open() -> io::Result<Self> {
        // SAFETY: no flags.
        let handle = unsafe { sys::xs_open(0) };
        let store = NonNull::new(handle)
            .map(Self)
            .ok_or_else(io::Error::last_os_error)?;
        // SAFETY: the handle is open, and both are strings.
        let watching = unsafe {
            sys::xs_watch(
                store.0.as_ptr(),
                c"@releaseDomain".as_ptr(),
                c"ends".as_ptr(),
            )
        };
        if watching {
            Ok(store)
        } else {
            Err(io::Error::last_os_error())
        }
    }

    /// Takes what it has to say (poll says that there is something), and looks whether
    /// the domain is still there.
    pub fn has(&self, domid: u16) -> bool {
        loop {
            // SAFETY: the handle is open.
            let event = unsafe { sys::xs_check_watch(self.0.as_ptr()) };
            if event.is_null() {
                break;
            }
            // SAFETY: the library has allocated it, as one piece.
            unsafe { sys::free(event.cast()) };
        }
        // SAFETY: the handle is open.
        unsafe { sys::xs_is_domain_introduced(self.0.as_ptr(), domid.into()) }
    }
}

impl AsFd for XenStore {
    fn as_fd(&self) -> BorrowedFd<'_> {
        // SAFETY: the handle is open.
        let fd = unsafe { sys::xs_fileno(self.0.as_ptr()) };
        // SAFETY: it stays open for as long as the handle.
        unsafe { BorrowedFd::borrow_raw(fd) }
    }
}

impl Drop for XenStore {
    fn drop(&mut self) {
        // SAFETY: it is open, and not used again.
        unsafe { sys::xs_close(self.0.as_ptr()) };
    }
}
