// SPDX-License-Identifier: GPL-2.0-only

//! `sched_op`.

use super::{
    super::{abi, shared_info, time::Deadline},
    call, call_with,
    event::Port,
};

/// Lets other vCPUs run.
pub fn yield_now() {
    // SAFETY: no argument, no effect on memory.
    let _ok = unsafe { call(abi::__HYPERVISOR_sched_op, [abi::SCHEDOP_yield as usize]) };
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
        timeout: deadline.as_ns(),
        ..Default::default()
    };
    poll.ports.p = ports.as_ptr().cast_mut().cast();
    // SAFETY: SCHEDOP_poll reads `ports`, and a `Port` is an `evtchn_port_t`.
    // Its failure is a port that is gone: the caller looks and waits again,
    // bounded by its deadline.
    let _ok = unsafe { call_with(abi::__HYPERVISOR_sched_op, abi::SCHEDOP_poll, &mut poll) };
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
