// SPDX-License-Identifier: GPL-2.0-only

//! Which invalidations a vCPU may and must have sent after each thing that it did.
//!
//! For a hypercall that removes: one to each enabled server, before it goes on;
//! and no more, however often the hypercall is preempted, unless Xen sends at each
//! preemption ([`send_once`]). For a removal by dom0: that flags every vCPU, which has
//! sent after its next hypercall at the latest; several together may be one. When
//! a server is enabled: one at most, for what it has missed. And nothing else.

use super::{
    error::Violation,
    servers::{self, COMES_AND_GOES, State},
};
use crate::{
    low::shared,
    protocol::{SERVERS, VCPUS},
};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

/// Whether a hypercall that is preempted sends once, when it completes.
static ONCE: AtomicBool = AtomicBool::new(false);

/// How often a change of a server has a vCPU send at most whose hypercall is
/// preempted: Xen pauses the domain, once each to register and to enable it, and a
/// vCPU that is paused does not wait for its hypercall to complete; or once to
/// enable it, and once for what it has missed.
const CHANGE_WHILE_PREEMPTED: u64 = 2;

/// A hypercall that is preempted sends once, when it completes: upstream's Xen
/// sends at each preemption.
pub(super) fn send_once() {
    ONCE.store(true, SeqCst);
}

/// Removals by dom0 that have begun, and that are over.
static BEGUN: AtomicU64 = AtomicU64::new(0);
static OVER: AtomicU64 = AtomicU64::new(0);

/// Removals whose beginning is remembered.
const KEPT: usize = 4;

/// Each vCPU's invalidations before each of the last removals by dom0.
static BEFORE: [[[AtomicU64; SERVERS]; VCPUS]; KEPT] =
    [const { [const { [const { AtomicU64::new(0) }; SERVERS] }; VCPUS] }; KEPT];

/// How often a server had changed before each of them. None changes meanwhile, as
/// the same vCPU has that done.
static CHANGES: [AtomicU64; KEPT] = [const { AtomicU64::new(0) }; KEPT];

fn invalidations(vcpu: usize) -> [u64; SERVERS] {
    let counts = &shared::own().told;
    core::array::from_fn(|n| counts[n][vcpu].load(SeqCst))
}

fn slot(removal: u64) -> usize {
    usize::try_from(removal % KEPT as u64).expect("a few")
}

/// How many removals by dom0 are over.
pub(super) fn by_dom0() -> u64 {
    OVER.load(SeqCst)
}

/// Performs a removal by dom0, which is asked on one vCPU only.
pub(super) fn removal_by_dom0<E>(remove: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    let next = OVER.load(SeqCst) + 1;
    for (vcpu, before) in BEFORE[slot(next)].iter().enumerate() {
        for (before, now) in before.iter().zip(invalidations(vcpu)) {
            before.store(now, SeqCst);
        }
    }
    CHANGES[slot(next)].store(servers::changes(), SeqCst);
    BEGUN.store(next, SeqCst);
    remove()?;
    OVER.store(next, SeqCst);
    Ok(())
}

/// One vCPU's watch.
pub(super) struct Watch {
    vcpu: usize,
    /// Removals by dom0 for which it has sent for certain.
    spent: u64,
    /// Changes of a server for which it has sent what there was for certain.
    changes_spent: u64,
    /// Removals by dom0 for which it has been checked to have sent.
    checked: u64,
}

/// What a vCPU does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A hypercall that removes so many pages of RAM, each by itself.
    Removal(u64),
    /// A hypercall that does not.
    Other,
    /// An access to a register.
    Access,
}

impl Watch {
    pub(super) const fn new(vcpu: usize) -> Self {
        Self {
            vcpu,
            spent: 0,
            changes_spent: 0,
            checked: 0,
        }
    }

    /// Does something, and checks what was sent before it was over.
    pub(super) fn during<T>(
        &mut self,
        action: Action,
        perform: impl FnOnce() -> Result<T, Violation>,
    ) -> Result<T, Violation> {
        let over = OVER.load(SeqCst);
        let server = servers::look();
        let before = invalidations(self.vcpu);
        let result = perform()?;
        let after = invalidations(self.vcpu);
        let begun = BEGUN.load(SeqCst);
        let server_now = servers::look();

        let (least, own, change) = match action {
            Action::Removal(1) => (1, 1, 1),
            Action::Removal(pages) if !ONCE.load(SeqCst) => (1, pages, 1),
            Action::Removal(_) => (1, 1, CHANGE_WHILE_PREEMPTED),
            Action::Other | Action::Access => (0, 0, 1),
        };
        let changes = server_now.begun - self.changes_spent;
        let most = own + (begun - self.spent) + change * changes;
        for n in 0..SERVERS {
            let sent = after[n] - before[n];
            let stays = n != COMES_AND_GOES;
            if sent < least && (stays || server.enabled_until(server_now)) {
                return Err(Violation::NotSent {
                    server: n,
                    by: "itself",
                });
            }
            let most = match stays || !server.disabled_until(server_now) {
                true => most,
                false => 0,
            };
            if sent > most {
                return Err(Violation::SentTooOften {
                    server: n,
                    sent,
                    most,
                });
            }
        }
        if action != Action::Access {
            self.check(over, begun, after, server_now)?;
            self.spent = over;
            self.changes_spent = server.over;
        }
        Ok(result)
    }

    /// A hypercall is over that began when `over` removals by dom0 were: it has
    /// sent for the last of these, unless that is too long ago to know.
    fn check(
        &mut self,
        over: u64,
        begun: u64,
        after: [u64; SERVERS],
        server: State,
    ) -> Result<(), Violation> {
        if over > self.checked && begun - over < KEPT as u64 - 1 {
            let before = BEFORE[slot(over)][self.vcpu].each_ref();
            // It was what it is now, and is still.
            let unchanged = CHANGES[slot(over)].load(SeqCst) == server.begun;
            for (n, before) in before.into_iter().enumerate() {
                let enabled = n != COMES_AND_GOES || (unchanged && server.enabled);
                if enabled && after[n] <= before.load(SeqCst) {
                    return Err(Violation::NotSent {
                        server: n,
                        by: "dom0",
                    });
                }
            }
        }
        self.checked = over;
        Ok(())
    }
}
