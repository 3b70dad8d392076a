// SPDX-License-Identifier: GPL-2.0-only

//! A vCPU of the guest: its hypercalls, its I/O and its way out of Xen.
//!
//! Methods name the C that they stand for.

use std::cell::Cell;
use std::ops::RangeInclusive;
use std::sync::Arc;

use loom::sync::atomic::Ordering;

use crate::component::Component;
use crate::emulator::{Request, Slot};
use crate::guest::{Guest, Pages};

/// What must not happen: a hypercall that removed a page is complete, and the
/// guest runs.
const STALE: &str = "the guest runs on while the emulator maps a removed page";

/// What must not happen: the vCPU has no reason left not to send.
const PENDING: &str = "a pending invalidation is not sent";
/// What must not happen: an invalidation for which the vCPU was not flagged.
const UNASKED: &str = "an invalidation too many";
/// What must not happen: the vCPU was flagged, and did not send.
const LOST: &str = "an invalidation too few";

/// A vCPU, which is in the guest between the calls of its methods.
pub(crate) struct Vcpu<C> {
    id: usize,
    guest: Arc<Guest<C>>,
    /// Its slot in the ioreq page.
    slot: Cell<Slot>,
    /// `ioreq_sent`
    ioreq_sent: Cell<bool>,
    /// `decision::may_wait()`
    may_wait: Cell<bool>,
    /// `paused_for_shutdown`
    paused: Cell<bool>,
    /// How many invalidations it has sent.
    sent: Cell<usize>,
}

impl<C: Component> Vcpu<C> {
    pub(crate) fn new(id: usize, guest: Arc<Guest<C>>) -> Self {
        Self {
            id,
            guest,
            slot: Cell::new(Slot::None),
            ioreq_sent: Cell::new(false),
            may_wait: Cell::new(true),
            paused: Cell::new(false),
            sent: Cell::new(0),
        }
    }

    /// A hypercall that removes `pages` one after another, or none.
    pub(crate) fn hypercall(&self, pages: &[Pages]) {
        self.complete_hypercall(pages, 0);
    }

    /// A hypercall that removes `pages`, is preempted and has not removed all
    /// yet. `continues`: the continuation is known to pass
    /// [`continued_hypercall`](Self::continued_hypercall).
    pub(crate) fn preempted_hypercall(&self, pages: &[Pages], continues: bool) {
        self.remove(pages);
        self.guest.component.hypercall_preempted(self.id, continues);
        self.leave_hypervisor();
    }

    /// The continuation of a `XENMEM_decrease_reservation` that has removed
    /// `before`, on this vCPU or on another. It removes `pages` and completes.
    pub(crate) fn continued_hypercall(&self, before: Pages, pages: &[Pages]) {
        self.guest.component.hypercall_continued(self.id);
        self.complete_hypercall(pages, before);
    }

    /// The continuation of another hypercall, which nothing is known of.
    pub(crate) fn other_continuation(&self, before: Pages) {
        self.complete_hypercall(&[], before);
    }

    fn complete_hypercall(&self, pages: &[Pages], before: Pages) {
        self.remove(pages);
        self.leave_hypervisor();
        self.expect_unmapped(pages.iter().fold(before, |all, page| all | page));
    }

    fn remove(&self, pages: &[Pages]) {
        for &page in pages {
            self.guest
                .remove(page, |component| component.leaf_freed(self.id));
        }
    }

    /// An access to an emulated device.
    pub(crate) fn io(&self) {
        self.request(Request::Copy);
        self.leave_hypervisor();
    }

    /// The scheduler runs another vCPU for a while, on this one's way out.
    pub(crate) fn descheduled(&self) {
        self.leave_hypervisor();
        let running = self.guest.scheduler.running(self.id);
        running.store(false, Ordering::Relaxed);
        self.guest.component.runs(running);
        if self.guest.component.looks_after_it_was_descheduled() {
            self.leave_hypervisor();
        }
    }

    /// The guest executes instructions. It knows of the removals that another
    /// domain's hypercalls have completed, and kicks that were sent have arrived.
    pub(crate) fn run(&self) {
        let removed = self.guest.reported.load(Ordering::Acquire);
        if self.guest.scheduler.interrupted(self.id) {
            self.leave_hypervisor();
        }
        self.expect_unmapped(removed);
    }

    /// What is deferred may not wait any further.
    pub(crate) fn expire(&self) {
        self.may_wait.set(false);
        self.leave_hypervisor();
    }

    /// The vCPU goes offline, with nothing left to send, after it has sent so
    /// many invalidations.
    pub(crate) fn offline(self, sent: RangeInclusive<usize>) {
        assert!(!self.guest.component.peek(self.id), "{PENDING}");
        assert!(self.sent.get() <= *sent.end(), "{UNASKED}");
        assert!(self.sent.get() >= *sent.start(), "{LOST}");
    }

    fn expect_unmapped(&self, removed: Pages) {
        let mapped = self.guest.emulator.mapped();
        assert_eq!(mapped & removed, 0, "{STALE}");
    }

    /// `leave_hypervisor_to_guest()`: until there is nothing left to do, seen
    /// with interrupts off.
    fn leave_hypervisor(&self) {
        while self.vcpu_has_ioreq_work() {
            if self.paused.take() {
                self.guest.shutdown.wait_for_resume();
            }
        }
        assert_eq!(self.slot.get(), Slot::None, "the guest runs on");
    }

    /// C's peek at `exit_work`, and `vcpu_has_ioreq_work()`.
    fn vcpu_has_ioreq_work(&self) -> bool {
        let component = &self.guest.component;
        if !self.ioreq_sent.get() && !component.peek(self.id) {
            return false;
        }
        if !self.ioreq_sent.get() && !component.is_due(self.id, self.may_wait.get()) {
            return false;
        }
        self.handle_completion();
        true
    }

    /// `vcpu_ioreq_handle_completion()`
    fn handle_completion(&self) {
        if self.ioreq_sent.get() {
            self.wait_for_io();
        }
        let signal = || self.signal();
        self.guest
            .component
            .send(self.id, self.may_wait.get(), signal);
    }

    /// `ioreq_signal_mapcache_invalidate()`, which pauses a vCPU whose domain
    /// shuts down.
    fn signal(&self) -> bool {
        let sent = self.guest.shutdown.may_send();
        if sent {
            self.sent.set(self.sent.get() + 1);
            self.request(Request::Invalidate);
        }
        self.paused.set(!sent);
        sent
    }

    /// `ioreq_send()`, which finds the slot free: a vCPU has one request at a
    /// time in flight.
    fn request(&self, request: Request) {
        assert_eq!(self.slot.get(), Slot::None);
        let ready = Slot::Ready(request);
        self.ioreq_sent.set(true);
        let present = || self.guest.present();
        self.slot.set(self.guest.emulator.serve(ready, present));
    }

    /// `wait_for_io()`
    fn wait_for_io(&self) {
        assert_eq!(self.slot.replace(Slot::None), Slot::Complete);
        self.ioreq_sent.set(false);
    }
}
