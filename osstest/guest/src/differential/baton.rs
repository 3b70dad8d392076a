// SPDX-License-Identifier: GPL-2.0-only

//! Who may do something: one vCPU at a time, the one that holds the baton.
//!
//! The others wait for an event, without a limit of time: a vCPU that wakes by
//! itself would send a pending invalidation at a moment of its own.

use crate::{
    battery::error::Error,
    low::{
        self,
        hypercall::{
            event::{self, Port},
            sched,
        },
        time::Deadline,
    },
    protocol::{PATIENCE_MS, VCPUS},
};
use core::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

static HOLDER: AtomicUsize = AtomicUsize::new(0);

/// Where each vCPU hears that it has got the baton.
static PORTS: [AtomicU32; VCPUS] = [const { AtomicU32::new(0) }; VCPUS];

/// Longer than any run.
const FOREVER_MS: u64 = 1000 * 60 * 60 * 24;

/// Starts the other vCPUs.
pub(super) fn start() -> Result<(), Error> {
    appear(0)?;
    for (vcpu, port) in PORTS.iter().enumerate().skip(1) {
        low::cpu_on(vcpu).map_err(|_| Error::Vcpu(vcpu))?;
        let deadline = Deadline::after_ms(PATIENCE_MS);
        let started = || port.load(Ordering::Acquire) != 0;
        Error::Vcpu(vcpu).unless(sched::yield_until(deadline, started))?;
    }
    Ok(())
}

/// Makes it possible to pass the baton to this vCPU.
pub(super) fn appear(vcpu: usize) -> Result<(), Error> {
    let port = event::bind_ipi(vcpu)?;
    PORTS[vcpu].store(port.number(), Ordering::Release);
    Ok(())
}

/// Passes it on.
pub(super) fn pass(to: usize) -> Result<(), Error> {
    HOLDER.store(to, Ordering::Release);
    event::send(port(to))?;
    Ok(())
}

/// Waits until this vCPU has it.
pub(super) fn wait(vcpu: usize) {
    let mine = || HOLDER.load(Ordering::Acquire) == vcpu;
    while !sched::wait(&[port(vcpu)], Deadline::after_ms(FOREVER_MS), mine) {}
}

fn port(vcpu: usize) -> Port {
    Port::new(PORTS[vcpu].load(Ordering::Acquire))
}
