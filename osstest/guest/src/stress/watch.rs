// SPDX-License-Identifier: GPL-2.0-only

//! Which invalidations a vCPU may and must have sent after each thing that it did.
//!
//! For a hypercall that removes: one to each enabled server, before it returns;
//! and no more, however often the hypercall is preempted, unless Xen sends at each
//! preemption ([`expect_component`]). For a removal by dom0: that flags every vCPU,
//! which has sent after its next hypercall at the latest, or, if it was off, before
//! it executes an instruction; several together may be one. When a server is
//! enabled: one at most, for what it has missed. And nothing else: a suspended
//! domain sends after its resume what it has not sent before, and not both.

use super::{
    error::Violation,
    servers::{self, COMES_AND_GOES, State},
};
use crate::{
    low::shared,
    protocol::{SERVERS, VCPUS},
};
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering::SeqCst};

/// Whether Xen has the component.
static COMPONENT: AtomicBool = AtomicBool::new(false);

/// How often a change of a server has a vCPU send at most whose hypercall is
/// preempted: Xen pauses the domain, once each to register and to enable it, and a
/// vCPU that is paused does not wait for its hypercall to complete; or once to
/// enable it, and once for what it has missed.
const CHANGE_WHILE_PREEMPTED: u64 = 2;

/// The same for a suspension, or a pause: it pauses the vCPU once.
const SUSPENSION_WHILE_PREEMPTED: u64 = 1;

/// From now on demands what Xen does with the component and upstream's does not: a
/// hypercall that is preempted sends once, when it completes, and a vCPU that was
/// off sends before it executes an instruction.
pub(super) fn expect_component() {
    COMPONENT.store(true, SeqCst);
}

fn component() -> bool {
    COMPONENT.load(SeqCst)
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

/// Suspensions and pauses that have begun, and that are over.
static SUSPENSIONS_BEGUN: AtomicU64 = AtomicU64::new(0);
static SUSPENSIONS_OVER: AtomicU64 = AtomicU64::new(0);

fn invalidations(vcpu: usize) -> [u64; SERVERS] {
    shared::own().invalidations_of(vcpu)
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

/// Suspends the domain until it is resumed, or pauses it: done on one vCPU only.
pub(super) fn suspension<T>(suspend: impl FnOnce() -> T) -> T {
    SUSPENSIONS_BEGUN.fetch_add(1, SeqCst);
    let result = suspend();
    SUSPENSIONS_OVER.fetch_add(1, SeqCst);
    result
}

/// One vCPU's watch.
#[derive(Clone, Copy)]
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
    /// The same, but each time that Xen preempts it what was removed so far may be
    /// sent for.
    Parts(u64),
    /// A [`Removal`](Self::Removal), and it goes off in the middle of that, and is
    /// started again.
    Preempted(u64),
    /// A hypercall that does not.
    Other,
    /// A hypercall that does not, or none.
    Perhaps,
    /// An access to a register.
    Access,
    /// It goes off and is started again, or starts another vCPU.
    Power,
}

/// What there was when a vCPU began to do something.
#[derive(Clone, Copy)]
pub(super) struct Start {
    /// Removals by dom0 that were over.
    over: u64,
    suspensions_over: u64,
    server: State,
    invalidations: [u64; SERVERS],
}

impl Start {
    /// Whether that vCPU has sent an invalidation since, to a server that stays.
    pub(super) fn has_sent_since(self, vcpu: usize) -> bool {
        invalidations(vcpu)[0] > self.invalidations[0]
    }

    /// The same for a vCPU that was off since, and is started now: it sends for the
    /// removals by dom0 that are over.
    pub(super) fn until_now(self) -> Self {
        Self {
            over: by_dom0(),
            ..self
        }
    }
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
        let start = self.start();
        let result = perform()?;
        self.finish(action, start)?;
        Ok(result)
    }

    /// This vCPU begins to do something.
    pub(super) fn start(&self) -> Start {
        Start {
            over: OVER.load(SeqCst),
            suspensions_over: SUSPENSIONS_OVER.load(SeqCst),
            server: servers::look(),
            invalidations: invalidations(self.vcpu),
        }
    }

    /// It has done it: checks what was sent since.
    pub(super) fn finish(&mut self, action: Action, start: Start) -> Result<(), Violation> {
        let after = invalidations(self.vcpu);
        let begun = BEGUN.load(SeqCst);
        let suspensions = SUSPENSIONS_BEGUN.load(SeqCst) - start.suspensions_over;
        let server_now = servers::look();

        let (least, own, change) = match action {
            Action::Removal(1) => (1, 1, 1),
            Action::Removal(pages) | Action::Preempted(pages) if !component() => (1, pages, 1),
            Action::Parts(pages) => (1, pages, CHANGE_WHILE_PREEMPTED),
            Action::Removal(_) | Action::Preempted(_) => (
                1,
                1 + SUSPENSION_WHILE_PREEMPTED * suspensions,
                CHANGE_WHILE_PREEMPTED,
            ),
            Action::Other | Action::Perhaps | Action::Access | Action::Power => (0, 0, 1),
        };
        let changes = server_now.begun - self.changes_spent;
        let most = own + (begun - self.spent) + change * changes;
        for (n, (after, before)) in after.into_iter().zip(start.invalidations).enumerate() {
            let sent = after - before;
            let stays = n != COMES_AND_GOES;
            if sent < least && (stays || start.server.enabled_until(server_now)) {
                return Err(Violation::NotSent {
                    server: n,
                    by: "itself",
                });
            }
            let most = match stays || !start.server.disabled_until(server_now) {
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
        // An access may find the vCPU flagged only when it is over. So may, on
        // upstream's Xen, a vCPU that is started.
        let has_sent = match action {
            Action::Removal(_) | Action::Parts(_) | Action::Other => true,
            Action::Perhaps | Action::Access => false,
            Action::Preempted(_) | Action::Power => component(),
        };
        if has_sent {
            self.check(start.over, begun, after, server_now)?;
            self.spent = start.over;
            self.changes_spent = start.server.over;
        }
        Ok(())
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
