// SPDX-License-Identifier: GPL-2.0-only

//! What one vCPU leaves for another, or for itself.

use core::{
    cell::UnsafeCell,
    sync::atomic::{AtomicBool, Ordering},
};

/// A value that one vCPU at a time reads or writes. Its users see to that, by a baton, a
/// claim or a mailbox: if two are in it at once, the second one panics. An interrupt
/// handler counts as another one, and shares no cell with what it interrupts.
pub struct Kept<T> {
    busy: AtomicBool,
    value: UnsafeCell<T>,
}

// SAFETY: `with()` lets one vCPU at a time to the value, of which each gets a copy.
unsafe impl<T: Copy + Send> Sync for Kept<T> {}

impl<T: Copy> Kept<T> {
    /// One that has this value.
    pub const fn new(value: T) -> Self {
        Self {
            busy: AtomicBool::new(false),
            value: UnsafeCell::new(value),
        }
    }

    /// The value.
    #[track_caller]
    pub fn get(&self) -> T {
        self.with(|value| *value)
    }

    /// Replaces it.
    #[track_caller]
    pub fn set(&self, new: T) {
        self.with(|value| *value = new);
    }

    /// Does something to the value, alone. Through the flag it sees what others did
    /// before.
    #[track_caller]
    fn with<R>(&self, perform: impl FnOnce(&mut T) -> R) -> R {
        let busy = self.busy.swap(true, Ordering::Acquire);
        assert!(!busy, "two at once");
        // SAFETY: whoever has set the flag is alone with the value until it clears the
        // flag. No reference is left then: the result has none, as `R` is the same
        // whatever the lifetime of the reference.
        let result = perform(unsafe { &mut *self.value.get() });
        self.busy.store(false, Ordering::Release);
        result
    }
}
