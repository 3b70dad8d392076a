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
    /// the deadline has [`passed`](Self::passed) is right. By how much it is ahead,
    /// [`learn_time`](super::hypercall::sched::learn_time) finds out.
    pub(super) fn as_ns(self) -> u64 {
        as_ns(self.0)
    }
}

/// Counts the instructions that the machine executes, where one takes one
/// nanosecond (`boot --icount`): in steps of a tick of the counter.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch(u64);

impl Stopwatch {
    /// Counts from now on.
    pub fn start() -> Self {
        Self(arch::counter())
    }

    /// How many there have been.
    pub fn instructions(self) -> u64 {
        (arch::counter() - self.0) * (NS_PER_SECOND / arch::frequency())
    }
}

/// Has Xen's timer expire once, this long from now: what it interrupts of this
/// vCPU is a hypercall that Xen preempts.
pub fn preempt_after_us(us: u64) {
    let ticks = arch::frequency() * us / 1_000_000;
    arch::start_timer(u32::try_from(ticks).unwrap_or(u32::MAX));
}

/// Not any more.
pub fn stop_preempting() {
    arch::stop_timer();
}

fn as_ns(ticks: u64) -> u64 {
    let hz = arch::frequency();
    ticks / hz * NS_PER_SECOND + ticks % hz * NS_PER_SECOND / hz
}

/// What the virtual counter says after so long.
#[cfg(target_arch = "aarch64")]
pub(super) fn ticks_after_us(us: u64) -> u64 {
    Deadline::after_us(us).0
}

/// The virtual counter in nanoseconds.
pub(super) fn now_ns() -> u64 {
    as_ns(arch::counter())
}

/// Busily lets time go by.
pub fn spin_us(us: u64) {
    let end = arch::counter() + arch::frequency() * us / 1_000_000;
    while arch::counter() < end {
        core::hint::spin_loop();
    }
}

/// Does something, and busily lets time go by until this vCPU has been kept from
/// running for so long at a stretch: it returns as soon as the vCPU runs again.
/// False if that does not happen before the deadline.
#[cfg(target_arch = "aarch64")]
pub fn until_kept_from_running(ms: u64, deadline: Deadline, perform: impl FnOnce()) -> bool {
    let stretch = arch::frequency() * ms / 1000;
    let mut before = arch::counter();
    perform();
    loop {
        let now = arch::counter();
        if now - before >= stretch {
            return true;
        }
        if now >= deadline.0 {
            return false;
        }
        before = now;
    }
}
