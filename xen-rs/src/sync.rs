// SPDX-License-Identifier: GPL-2.0-only

//! The atomics of this crate: `core`'s, or under `--cfg loom` those of the
//! model checker, so that `tests/loom` checks [`pending`](crate::pending) as it
//! stands.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize, Ordering, fence};

#[cfg(loom)]
pub(crate) use self::checked::AtomicBool;
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU8, AtomicUsize, Ordering, fence};

#[cfg(loom)]
mod checked {
    use super::Ordering;

    /// loom's, but for `store`, which is a swap: loom (0.7.3) would let a plain
    /// store come between the read and the write of another thread's swap, and
    /// be lost, which the hardware and the language exclude
    /// (tokio-rs/loom#254).
    ///
    /// What a swap has over a store is that it continues the release sequence
    /// of the write before it. `tests/loom` says where that could matter.
    #[derive(Debug)]
    pub(crate) struct AtomicBool(loom::sync::atomic::AtomicBool);

    impl AtomicBool {
        pub(crate) fn new(value: bool) -> Self {
            Self(loom::sync::atomic::AtomicBool::new(value))
        }

        pub(crate) fn load(&self, order: Ordering) -> bool {
            self.0.load(order)
        }

        pub(crate) fn store(&self, value: bool, order: Ordering) {
            self.0.swap(value, order);
        }

        pub(crate) fn swap(&self, value: bool, order: Ordering) -> bool {
            self.0.swap(value, order)
        }
    }
}
