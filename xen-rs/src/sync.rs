// SPDX-License-Identifier: GPL-2.0-only

//! The atomics of this crate: `core`'s, or under `--cfg loom` those of the
//! model checker, so that `tests/loom` checks [`pending`](crate::pending) as it
//! stands.

#[cfg(not(loom))]
pub(crate) use core::sync::atomic::{
    AtomicBool as SwappedBool, AtomicU8, AtomicUsize, Ordering, fence,
};

#[cfg(loom)]
pub(crate) use self::swapped::SwappedBool;
#[cfg(loom)]
pub(crate) use loom::sync::atomic::{AtomicU8, AtomicUsize, Ordering, fence};

#[cfg(loom)]
mod swapped {
    use super::Ordering;

    /// For a flag that is swapped. loom's, but for `store`, which is a swap as
    /// well: loom (0.7.3) would let a plain store come between the read and the
    /// write of another thread's swap, and be lost, which the hardware and the
    /// language exclude (tokio-rs/loom#254).
    ///
    /// What a swap has over a store is that it continues the release sequence
    /// of the write before it, and comes after all writes of the run so far.
    #[derive(Debug, Default)]
    pub(crate) struct SwappedBool(loom::sync::atomic::AtomicBool);

    impl SwappedBool {
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
