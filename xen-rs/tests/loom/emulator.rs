// SPDX-License-Identifier: GPL-2.0-only

//! An emulator that keeps what it has mapped.
//!
//! A vCPU is blocked from its request until the emulator has completed it. So
//! what the emulator does is done here by the vCPU's thread, at once: as pages
//! only ever leave, a later look could only find fewer.

use loom::sync::Mutex;
use loom::sync::atomic::{AtomicUsize, Ordering};

use crate::guest::Pages;

/// A vCPU's slot in the ioreq page: `state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    /// `STATE_IOREQ_NONE`
    None,
    /// `STATE_IOREQ_READY`, with the `type`.
    Ready(Request),
    /// `STATE_IORESP_READY`
    Complete,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// `IOREQ_TYPE_COPY`
    Copy,
    /// `IOREQ_TYPE_INVALIDATE`
    Invalidate,
}

pub(crate) struct Emulator {
    /// It serves one request at a time.
    thread: Mutex<()>,
    /// The pages that it maps.
    mapped: AtomicUsize,
}

impl Emulator {
    pub(crate) fn new(mapped: Pages) -> Self {
        Self {
            thread: Mutex::new(()),
            mapped: AtomicUsize::new(mapped),
        }
    }

    /// Completes what is in the slot. At `IOREQ_TYPE_INVALIDATE` it drops all
    /// mappings, and maps again what it finds `present`.
    pub(crate) fn serve(&self, slot: Slot, present: impl FnOnce() -> Pages) -> Slot {
        let thread = self.thread.lock();
        match slot {
            Slot::Ready(Request::Invalidate) => self.mapped.store(present(), Ordering::Relaxed),
            Slot::Ready(Request::Copy) => {}
            Slot::None | Slot::Complete => unreachable!("no request"),
        }
        drop(thread);
        Slot::Complete
    }

    pub(crate) fn mapped(&self) -> Pages {
        self.mapped.load(Ordering::Relaxed)
    }
}
