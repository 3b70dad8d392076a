// SPDX-License-Identifier: GPL-2.0-only

//! vCPUs that go off in the middle of a hypercall: in the handler of an interrupt
//! that has Xen preempt it.

use super::unplugged;
use crate::{
    low::{guest, interrupt, vcpu_id},
    protocol::VCPUS,
};
use core::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// About as long as the longest hypercall takes.
pub(super) const LONGEST_US: u64 = 200;

/// Whether this guest can take interrupts.
static ENABLED: AtomicBool = AtomicBool::new(false);

static INTERRUPTED: [AtomicBool; VCPUS] = [const { AtomicBool::new(false) }; VCPUS];

/// There is an interrupt controller that this guest has a driver for.
pub(super) fn enable() {
    ENABLED.store(true, SeqCst);
}

/// Whether there is.
pub(super) fn is_enabled() -> bool {
    ENABLED.load(SeqCst)
}

/// Makes a hypercall that the timer interrupts after so long: then this vCPU goes
/// off, unless the hypercall is over.
pub(super) fn interrupted<T>(vcpu: usize, us: u64, hypercall: impl FnOnce() -> T) -> T {
    INTERRUPTED[vcpu].store(false, SeqCst);
    interrupt::after_us(us);
    interrupt::unmasked(|| {
        let result = hypercall();
        while !INTERRUPTED[vcpu].load(SeqCst) {
            core::hint::spin_loop();
        }
        result
    })
}

/// The handler.
pub(super) fn handle(preempted: bool) {
    let vcpu = vcpu_id();
    INTERRUPTED[vcpu].store(true, SeqCst);
    if preempted {
        guest::die(format_args!("{}", unplugged::go_off(vcpu)));
    }
}
