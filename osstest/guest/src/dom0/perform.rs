// SPDX-License-Identifier: GPL-2.0-only

//! What the dom0 does at the domU's request.

use super::{cache, console::line, event_loop::EventLoop, jitter::Jitter, server::Server};
use crate::{
    low::{
        arguments,
        gfn::{Frame, SUPERPAGE},
        hypercall::{Errno, domctl, grant, memory, sched},
        time::{Deadline, Stopwatch},
    },
    operation::OPERATIONS,
    protocol::{DOM0, DOMU, Request},
};
use core::sync::atomic::Ordering;

impl EventLoop {
    /// Does what a request wants; the reply.
    pub(super) fn perform(&mut self, request: Request) -> Result<u64, Errno> {
        match request {
            Request::Configure {
                registered,
                enabled,
            } => self.configure(registered, enabled)?,
            Request::Remove {
                operation,
                first,
                count,
            } => return remove(operation, first, count),
            Request::Hold(vcpus) => {
                self.hold = vcpus;
                self.shared.held.fetch_and(vcpus, Ordering::Relaxed);
            }
            Request::Delay(us) => self.delay_us = us,
            Request::RemoveDuringNext(gfn) => (self.armed, self.removal) = (Some(gfn), None),
            Request::Disarm => {
                self.armed = None;
                return self
                    .removal
                    .take()
                    .map_or(Ok(0), |removed| removed.map(|()| 1));
            }
            Request::Quiesce => self.quiesces = true,
            Request::Arguments => self.shared.text.set(format_args!("{}", arguments::get())),
            Request::MaxMemory(kib) => domctl::set_max_memory(DOMU, kib)?,
            Request::Jitter { seed, us } => self.jitter = Jitter::new(seed, us),
            Request::Cache(gfn) => return cache::map(self.shared, gfn),
            Request::HoldAccesses(vcpus) => {
                self.hold_accesses = vcpus;
                self.shared.held.fetch_and(vcpus, Ordering::Relaxed);
            }
            Request::DestroyAfter(vcpus) => self.destroy_after = vcpus,
            Request::Pause(us) => {
                domctl::pause(DOMU)?;
                sched::sleep(Deadline::after_us(us));
                domctl::unpause(DOMU)?;
            }
            Request::Tick(us) => self.tick_us = us,
            Request::LearnTime => sched::learn_time(),
            Request::RemoveWhileAway { gfn, us } => return self.remove_while_away(gfn, us),
            Request::Resume(ms) => return self.resume(ms),
            Request::PowerOff => sched::power_off(),
            Request::Vcpus => return Ok(domctl::vcpus(DOMU)? as u64),
            Request::Measure { first, count } => return measure(first, count),
            Request::Grant(contents) => {
                static PAGE: Frame = Frame::new();
                PAGE.gfn().poke(contents);
                return Ok(grant::grant(&PAGE, DOMU)?.into());
            }
            Request::Lend(contents) => {
                static PAGE: Frame = Frame::new();
                PAGE.gfn().poke(contents);
                domctl::set_target(DOMU, DOM0)?;
                return Ok(PAGE.gfn().number());
            }
            Request::Print => line(format_args!("{}", self.shared.text.copy())),
            Request::Begin { passed, failed } => {
                self.test = self.shared.text.copy();
                (self.passed, self.failed) = (passed, failed);
            }
            Request::End { passed, failed } => {
                (self.passed, self.failed) = (passed, failed);
                self.end();
            }
        }
        Ok(0)
    }

    fn configure(&mut self, registered: u8, enabled: u8) -> Result<(), Errno> {
        for (n, slot) in self.servers.iter_mut().enumerate() {
            match slot.take() {
                Some(server) if n < registered.into() => *slot = Some(server),
                Some(server) => server.destroy()?,
                None if n < registered.into() => *slot = Some(Server::create(n)?),
                None => (),
            }
            if let Some(server) = slot {
                server.enable(enabled & (1 << n) != 0)?;
            }
        }
        Ok(())
    }
}

/// Removes frames of the domU in the way of that operation; how many.
fn remove(operation: u8, first: u64, count: u32) -> Result<u64, Errno> {
    let operation = OPERATIONS.get(usize::from(operation));
    let remove = operation.and_then(|operation| operation.on_dom0);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    remove.map_or(Err(Errno(0)), |remove| remove(first, count))
}

/// Takes frames of the domU; the instructions that takes.
fn measure(first: u64, count: u64) -> Result<u64, Errno> {
    let count = usize::try_from(count).unwrap_or(SUPERPAGE).min(SUPERPAGE);
    let pages: [u64; SUPERPAGE] = core::array::from_fn(|n| first + n as u64);
    let stopwatch = Stopwatch::start();
    let done = memory::decrease_reservation_of(DOMU, &pages[..count])?;
    let instructions = stopwatch.instructions();
    match done == count {
        true => Ok(instructions),
        false => Err(Errno(0)),
    }
}
