// SPDX-License-Identifier: GPL-2.0-only

//! Time, by the virtual counter.

use super::arch;

const NS_PER_SECOND: u64 = 1_000_000_000;

/// A point in time by which something must have happened.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(u64);

impl Deadline {
    /// This long from now.
    pub fn after_ms(ms: u64) -> Self {
        Self(arch::counter() + arch::frequency() * ms / 1000)
    }

    /// This long from now.
    pub fn after_us(us: u64) -> Self {
        Self(arch::counter() + arch::frequency() * us / 1_000_000)
    }

    /// The earlier one.
    pub fn or(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }

    /// Whether it is over.
    pub fn passed(self) -> bool {
        arch::counter() >= self.0
    }

    /// In nanoseconds of the virtual counter.
    ///
    /// Xen's own time (`NOW()`) is ahead of that by what it took to create the
    /// domain. As a time-out this is thus early, never late: who waits until
    /// the deadline has [`passed`](Self::passed) is right.
    pub(super) fn as_ns(self) -> u64 {
        let hz = arch::frequency();
        self.0 / hz * NS_PER_SECOND + self.0 % hz * NS_PER_SECOND / hz
    }
}

/// Busily lets time go by.
pub fn spin_us(us: u64) {
    let end = arch::counter() + arch::frequency() * us / 1_000_000;
    while arch::counter() < end {
        core::hint::spin_loop();
    }
}
