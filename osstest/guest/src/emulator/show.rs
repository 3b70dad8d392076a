// SPDX-License-Identifier: GPL-2.0-only

//! The dom0's loop: requests of the domU, requests of its vCPUs, and a watch
//! on both.

use super::{Emulator, console::line, server::Server};
use crate::{
    low::{
        gfn::Frame,
        guest::Role,
        hypercall::{
            Errno, domctl,
            event::{self, Port},
            grant, memory, sched,
        },
        ioreq::Kind,
        time::{self, Deadline},
    },
    protocol::{DOM0, DOMU, Line, PATIENCE_MS, Request, SERVERS, Shared, VCPUS},
};
use core::sync::atomic::Ordering;

/// How long the domU may go without asking for anything: more than any of its
/// own waits, so that it comes to report those itself.
const SILENCE_MS: u64 = 2 * PATIENCE_MS + 2_000;

/// What is found after that long has come without its event. Less than the
/// silence, as poll's time-outs are early (see [`Deadline`]).
const OVERDUE_MS: u64 = 2 * PATIENCE_MS;

/// Frames that one request may take.
const DECREASE: usize = 64;

/// The state of a run.
pub(super) struct Show {
    shared: &'static Shared,
    doorbell: Port,
    servers: [Option<Server>; SERVERS],
    hold: u32,
    delay_us: u64,
    remove_during_mmio: Option<u64>,
    /// What the emulated register contains.
    register: u64,
    test: Line,
    passed: u64,
    failed: u64,
}

impl Show {
    pub(super) fn new(shared: &'static Shared, doorbell: Port) -> Self {
        Self {
            shared,
            doorbell,
            servers: [const { None }; SERVERS],
            hold: 0,
            delay_us: 0,
            remove_during_mmio: None,
            register: 0,
            test: shared.text.copy(),
            passed: 0,
            failed: 0,
        }
    }

    pub(super) fn run(mut self) -> ! {
        loop {
            let (ports, count) = self.ports();
            let silence = Deadline::after_ms(SILENCE_MS);
            let overdue = Deadline::after_ms(OVERDUE_MS);
            if !sched::wait(&ports[..count], silence, || self.step()) || overdue.passed() {
                self.give_up("the domU is silent: a vCPU is stuck in Xen");
            }
        }
    }

    /// Everything to wait for.
    fn ports(&self) -> ([Port; 1 + SERVERS * VCPUS], usize) {
        let mut ports = [self.doorbell; 1 + SERVERS * VCPUS];
        let mut count = 1;
        for &port in self.servers.iter().flatten().flat_map(Server::ports) {
            ports[count] = port;
            count += 1;
        }
        (ports, count)
    }

    /// Does what there is to do; whether there was anything.
    fn step(&mut self) -> bool {
        if !self.shared.fault.is_empty() {
            line(format_args!("FAULT domu {}", self.shared.fault.copy()));
            self.give_up("the domU faulted");
        }
        let served = self.serve();
        let asked = match self.shared.request() {
            None => return served,
            Some(asked) => asked,
        };
        let reply = match asked {
            Ok(request) => self.perform(request),
            Err(op) => Emulator::die(format_args!("unknown request {op}")),
        };
        self.shared
            .finish(reply.map_err(|Errno(errno)| errno as i64));
        self.ring();
        true
    }

    fn ring(&self) {
        if let Err(why) = event::send(self.doorbell) {
            Emulator::die(format_args!("cannot ring the domU: {why}"));
        }
    }

    /// Answers what the domU's vCPUs wait for.
    fn serve(&mut self) -> bool {
        let mut served = false;
        for (n, vcpu) in (0..SERVERS).flat_map(|n| (0..VCPUS).map(move |vcpu| (n, vcpu))) {
            let Some(kind) = self.servers[n].as_ref().and_then(|s| s.page.pending(vcpu)) else {
                continue;
            };
            served |= match kind {
                Kind::Invalidate => self.invalidate(n, vcpu),
                Kind::Read(_) => self.access(n, vcpu, None),
                Kind::Write(_, value) => self.access(n, vcpu, Some(value)),
                Kind::Unknown(type_) => Emulator::die(format_args!("ioreq of type {type_}")),
            };
        }
        served
    }

    fn invalidate(&mut self, n: usize, vcpu: usize) -> bool {
        let mask = 1 << vcpu;
        if self.hold & mask != 0 {
            let held = self.shared.held.load(Ordering::Relaxed);
            if held & mask != 0 {
                return false;
            }
            self.shared.held.store(held | mask, Ordering::Release);
            self.ring();
            return true;
        }
        time::spin_us(self.delay_us);
        // Counted before it is answered: once the vCPU goes on, it must see it.
        let told = &self.shared.told[n][vcpu];
        told.store(told.load(Ordering::Relaxed) + 1, Ordering::Release);
        self.answer(n, vcpu, 0);
        true
    }

    /// An access to the register: reads give the complement of what was last
    /// written.
    fn access(&mut self, n: usize, vcpu: usize, write: Option<u64>) -> bool {
        if let Some(gfn) = self.remove_during_mmio.take()
            && let Err(why) = memory::remove_from_physmap_of(DOMU, gfn)
        {
            Emulator::die(format_args!("cannot remove gfn {gfn:#x}: {why}"));
        }
        if let Some(value) = write {
            self.register = value;
        }
        let accesses = &self.shared.accesses;
        accesses.store(accesses.load(Ordering::Relaxed) + 1, Ordering::Release);
        self.answer(n, vcpu, !self.register);
        true
    }

    fn answer(&self, n: usize, vcpu: usize, data: u64) {
        let server = self.servers[n].as_ref().expect("it has a request");
        if let Err(why) = server.answer(vcpu, data) {
            Emulator::die(format_args!("cannot notify vCPU {vcpu}: {why}"));
        }
    }

    fn perform(&mut self, request: Request) -> Result<u64, Errno> {
        match request {
            Request::Configure {
                registered,
                enabled,
            } => self.configure(registered, enabled)?,
            Request::Remove(gfn) => memory::remove_from_physmap_of(DOMU, gfn)?,
            Request::RemovePaused { first, count } => {
                domctl::pause(DOMU)?;
                let mut gfns = first..first + count;
                let removed = gfns.try_for_each(|gfn| memory::remove_from_physmap_of(DOMU, gfn));
                domctl::unpause(DOMU)?;
                removed?;
            }
            Request::Decrease { first, count } => {
                let mut next = first..first + count;
                let pages: [u64; DECREASE] = core::array::from_fn(|_| next.next().unwrap_or(0));
                let count = usize::try_from(count).unwrap_or(DECREASE).min(DECREASE);
                return Ok(memory::decrease_reservation_of(DOMU, &pages[..count])? as u64);
            }
            Request::Hold(vcpus) => {
                self.hold = vcpus;
                let held = self.shared.held.load(Ordering::Relaxed);
                self.shared.held.store(held & vcpus, Ordering::Relaxed);
            }
            Request::Delay(us) => self.delay_us = us,
            Request::RemoveDuringMmio(gfn) => self.remove_during_mmio = Some(gfn),
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
                server.enable(enabled & 1 << n != 0)?;
            }
        }
        Ok(())
    }

    /// Ends a battery that the domU cannot end.
    fn give_up(&mut self, why: &str) -> ! {
        line(format_args!("TEST {} FAIL told=? want=? {why}", self.test));
        self.failed += 1;
        self.end()
    }

    fn end(&self) -> ! {
        let Self { passed, failed, .. } = self;
        line(format_args!("BATTERY end passed={passed} failed={failed}"));
        sched::power_off()
    }
}
