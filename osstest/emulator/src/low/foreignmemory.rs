// SPDX-License-Identifier: GPL-2.0-only

//! libxenforeignmemory: memory of the guest, and the page of an ioreq server.

use super::{ioreq::IoreqPage, sys};
use crate::{Gfn, Mapping, PAGE_WORDS, Page};
use mapcache::Memory;
use rustix::mm::{MapFlags, ProtFlags};
use std::{ffi::c_void, io, ptr::NonNull, rc::Rc};

struct Handle(NonNull<sys::xenforeignmemory_handle>);

impl Drop for Handle {
    fn drop(&mut self) {
        // SAFETY: it is open, and nothing that is mapped by it is left: each
        // mapping keeps the handle.
        unsafe { sys::xenforeignmemory_close(self.0.as_ptr()) };
    }
}

/// The library, opened: the memory of a domain.
pub struct ForeignMemory {
    handle: Rc<Handle>,
    domid: u16,
}

/// A page of another domain, mapped to be read.
pub struct ForeignPage {
    handle: Rc<Handle>,
    words: NonNull<u64>,
}

impl ForeignMemory {
    /// Opens it for a domain.
    pub fn open(domid: u16) -> io::Result<Self> {
        // SAFETY: no logger, no flags.
        let handle = unsafe { sys::xenforeignmemory_open(std::ptr::null_mut(), 0) };
        let handle = NonNull::new(handle).ok_or_else(io::Error::last_os_error)?;
        Ok(Self {
            handle: Rc::new(Handle(handle)),
            domid,
        })
    }

    fn protection(flags: ProtFlags) -> i32 {
        flags.bits() as i32
    }

    /// Maps the page where Xen puts the requests for an ioreq server. It stays
    /// mapped.
    pub fn ioreq_page(&self, id: u16, vcpus: usize) -> io::Result<IoreqPage> {
        let mut page: *mut c_void = std::ptr::null_mut();
        // SAFETY: the handle is open, and `page` is written to.
        let resource = unsafe {
            sys::xenforeignmemory_map_resource(
                self.handle.0.as_ptr(),
                self.domid,
                sys::XENMEM_resource_ioreq_server,
                id.into(),
                sys::frame_ioreq,
                1,
                &mut page,
                Self::protection(ProtFlags::READ | ProtFlags::WRITE),
                MapFlags::SHARED.bits() as i32,
            )
        };
        match NonNull::new(page) {
            // SAFETY: it is that page, and is never unmapped.
            Some(page) if !resource.is_null() => Ok(unsafe { IoreqPage::new(page.cast(), vcpus) }),
            _ => Err(io::Error::last_os_error()),
        }
    }
}

impl Memory for ForeignMemory {
    type Mapping = ForeignPage;
    type Error = io::Error;

    fn map(&mut self, gfn: Gfn) -> io::Result<ForeignPage> {
        // SAFETY: the handle is open, and there is one page number. Without a
        // place for an error of each page, any error fails the whole.
        let page = unsafe {
            sys::xenforeignmemory_map(
                self.handle.0.as_ptr(),
                self.domid.into(),
                Self::protection(ProtFlags::READ),
                1,
                &gfn,
                std::ptr::null_mut(),
            )
        };
        let words = NonNull::new(page.cast()).ok_or_else(io::Error::last_os_error)?;
        Ok(ForeignPage {
            handle: self.handle.clone(),
            words,
        })
    }
}

impl Mapping for ForeignPage {
    fn read(&self) -> Page {
        let mut page = [0; PAGE_WORDS];
        for (index, word) in page.iter_mut().enumerate() {
            // SAFETY: the word is in the page.
            let from = unsafe { self.words.add(index) };
            // SAFETY: it is mapped for as long as `self` exists; the guest may
            // change it, hence volatile.
            *word = unsafe { from.read_volatile() };
        }
        page
    }
}

impl Drop for ForeignPage {
    fn drop(&mut self) {
        let words = self.words.as_ptr();
        // SAFETY: one page, mapped by this handle, and not used again.
        unsafe { sys::xenforeignmemory_unmap(self.handle.0.as_ptr(), words.cast(), 1) };
    }
}
