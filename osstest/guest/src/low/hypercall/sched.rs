// SPDX-License-Identifier: GPL-2.0-only

//! `sched_op`.

use super::{
    super::{
        abi, shared_info,
        time::{Deadline, now_ns},
    },
    call, call_with,
    event::Port,
};
use core::sync::atomic::{AtomicU64, Ordering};

/// By how much Xen's time is ahead of the virtual counter, if that is known.
static AHEAD_NS: AtomicU64 = AtomicU64::new(0);

/// Lets other vCPUs run.
pub fn yield_now() {
    // SAFETY: no argument, no effect on memory.
    let _ok = unsafe { call(abi::__HYPERVISOR_sched_op, [abi::SCHEDOP_yield as usize]) };
}

/// Lets other vCPUs run until `until` holds; false if that did not happen before the
/// deadline.
pub fn yield_until(deadline: Deadline, mut until: impl FnMut() -> bool) -> bool {
    while !until() {
        if deadline.passed() {
            return false;
        }
        yield_now();
    }
    true
}

/// Blocks until `until` holds, looking again whenever one of `ports` is
/// notified; false if that did not happen before the deadline.
///
/// No interrupt is needed: SCHEDOP_poll returns for a pending port, taken or
/// not.
pub fn wait(ports: &[Port], deadline: Deadline, mut until: impl FnMut() -> bool) -> bool {
    loop {
        // Clear, then look: what comes in between is pending for the poll.
        ports.iter().copied().for_each(shared_info::clear_pending);
        if until() {
            return true;
        }
        if deadline.passed() {
            return false;
        }
        poll(ports, deadline);
    }
}

fn poll(ports: &[Port], deadline: Deadline) {
    let mut poll = abi::sched_poll {
        nr_ports: u32::try_from(ports.len()).expect("few ports"),
        timeout: deadline.as_ns() + AHEAD_NS.load(Ordering::Relaxed),
        ..Default::default()
    };
    poll.ports.p = ports.as_ptr().cast_mut().cast();
    // SAFETY: SCHEDOP_poll reads `ports`, and a `Port` is an `evtchn_port_t`.
    // Its failure is a port that is gone: the caller looks and waits again,
    // bounded by its deadline.
    let _ok = unsafe { call_with(abi::__HYPERVISOR_sched_op, abi::SCHEDOP_poll, &mut poll) };
}

/// Finds out by how much Xen's time is ahead of the virtual counter, for this
/// guest to wake up in time and not before: to be called with nothing else to
/// run. It takes no longer than twice what it finds.
pub fn learn_time() {
    const SLEPT_NS: u64 = 200_000;
    let mut us = 1_000;
    while AHEAD_NS.load(Ordering::Relaxed) == 0 {
        let before = now_ns();
        let target = Deadline::after_us(us);
        poll(&[], target);
        let after = now_ns();
        if after - before > SLEPT_NS {
            AHEAD_NS.store(target.as_ns().saturating_sub(after), Ordering::Relaxed);
            return;
        }
        us *= 2;
    }
}

/// Blocks until the deadline.
pub fn sleep(until: Deadline) {
    wait(&[], until, || false);
}

/// Turns this domain off: the machine, if it is the hardware domain
/// (hwdom_shutdown()).
pub fn power_off() -> ! {
    let mut shutdown = abi::sched_shutdown {
        reason: abi::SHUTDOWN_poweroff,
    };
    loop {
        // SAFETY: SCHEDOP_shutdown reads its argument.
        let _ok = unsafe {
            call_with(
                abi::__HYPERVISOR_sched_op,
                abi::SCHEDOP_shutdown,
                &mut shutdown,
            )
        };
    }
}

/// Blocks until one of `ports` is notified, or the deadline; whichever is first.
pub fn doze(ports: &[Port], until: Deadline) {
    ports.iter().copied().for_each(shared_info::clear_pending);
    poll(ports, until);
}
