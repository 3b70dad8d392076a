// SPDX-License-Identifier: GPL-2.0-only

//! The server that comes and goes: the last one. Those before it stay, enabled.

use crate::{low::hypercall::sched, protocol::SERVERS};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

/// Which one.
pub(super) const COMES_AND_GOES: usize = SERVERS - 1;

/// Changes that have begun, and that are over.
static BEGUN: AtomicU64 = AtomicU64::new(0);
static OVER: AtomicU64 = AtomicU64::new(0);

/// Whether it was enabled when the last change was over.
static ENABLED: AtomicBool = AtomicBool::new(true);

/// Nobody may begin to access it, and so many do.
static CLOSED: AtomicBool = AtomicBool::new(false);
static ACCESSES: AtomicU64 = AtomicU64::new(0);

/// What is known of it at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct State {
    /// Changes that were over.
    pub(super) over: u64,
    /// Changes that had begun.
    pub(super) begun: u64,
    /// Whether it was enabled, unless a change was under way.
    pub(super) enabled: bool,
}

/// Looks at it.
pub(super) fn look() -> State {
    State {
        over: OVER.load(SeqCst),
        enabled: ENABLED.load(SeqCst),
        begun: BEGUN.load(SeqCst),
    }
}

impl State {
    /// Whether it was enabled then, and has been until `now`.
    pub(super) fn enabled_until(self, now: Self) -> bool {
        self.enabled && self.over == now.begun
    }

    /// Whether it was not enabled then, and has not been until `now`.
    pub(super) fn disabled_until(self, now: Self) -> bool {
        !self.enabled && self.over == now.begun
    }
}

/// Changes it, on one vCPU only, while none accesses it: that would be a fault.
pub(super) fn change<E>(enabled: bool, change: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    CLOSED.store(true, SeqCst);
    while ACCESSES.load(SeqCst) != 0 {
        sched::yield_now();
    }
    BEGUN.store(BEGUN.load(SeqCst) + 1, SeqCst);
    change()?;
    ENABLED.store(enabled, SeqCst);
    OVER.store(OVER.load(SeqCst) + 1, SeqCst);
    CLOSED.store(!enabled, SeqCst);
    Ok(())
}

/// Accesses it, if it is there.
pub(super) fn access<T>(access: impl FnOnce() -> T) -> Option<T> {
    ACCESSES.fetch_add(1, SeqCst);
    let done = (!CLOSED.load(SeqCst)).then(access);
    ACCESSES.fetch_sub(1, SeqCst);
    done
}

/// How often it was changed.
pub(super) fn changes() -> u64 {
    OVER.load(SeqCst)
}
