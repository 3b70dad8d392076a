// SPDX-License-Identifier: GPL-2.0-only

//! The event loop of dom0: it does what the domU asks for, completes the requests of
//! its vCPUs, and ends a run in which nothing happens any more.

use super::{Dom0, cache, console::line, jitter::Jitter, server::Server};
use crate::{
    low::{
        guest::Role,
        hypercall::{
            Errno,
            event::{self, Port},
            memory, sched, sysctl,
        },
        ioreq::Kind,
        mmio,
        time::{self, Deadline},
    },
    protocol::{DOMU, MOST_SERVERS, PATIENCE_MS, Shared, Snapshot, VCPUS},
};
use core::sync::atomic::Ordering;

/// How long the domU may go without asking for anything: more than any of its
/// own waits, so that it comes to report those itself.
const SILENCE_MS: u64 = 2 * PATIENCE_MS + 2_000;

/// A wait of dom0 that lasts so long was ended by its time-out, not by an event. A
/// request that is there then came without its event, which is an error. Less than
/// [`SILENCE_MS`], as poll's time-outs are early (see [`Deadline`]).
const OVERDUE_MS: u64 = 2 * PATIENCE_MS;

/// How often to look whether a domU that was resumed early has shut down since.
const RESUME_AGAIN_MS: u64 = 100;

/// The state of a run.
pub(super) struct EventLoop {
    pub(super) shared: &'static Shared,
    doorbell: Port,
    pub(super) servers: [Option<Server>; MOST_SERVERS],
    /// When to give up unless there is another request until then.
    silence: Deadline,
    pub(super) hold: u32,
    pub(super) hold_accesses: u32,
    /// vCPUs whose next request is their server's last.
    pub(super) destroy_after: u32,
    pub(super) delay_us: u64,
    pub(super) tick_us: u64,
    /// To remove when the next request of a vCPU arrives.
    pub(super) armed: Option<u64>,
    /// How that went.
    pub(super) removal: Option<Result<(), Errno>>,
    /// Whether the domU was resumed and had not shut down.
    pub(super) resumed_early: bool,
    /// Whether requests of the domU wait until it is quiesced.
    pub(super) quiesces: bool,
    pub(super) jitter: Jitter,
    /// What the emulated register contains: each vCPU has its own.
    registers: [u64; VCPUS],
    pub(super) test: Snapshot,
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl EventLoop {
    pub(super) fn new(shared: &'static Shared, doorbell: Port) -> Self {
        Self {
            shared,
            doorbell,
            servers: [const { None }; MOST_SERVERS],
            silence: Deadline::after_ms(SILENCE_MS),
            hold: 0,
            hold_accesses: 0,
            destroy_after: 0,
            delay_us: 0,
            tick_us: 0,
            armed: None,
            removal: None,
            resumed_early: false,
            quiesces: false,
            jitter: Jitter::new(0, 0),
            registers: [0; VCPUS],
            test: shared.text.copy(),
            passed: 0,
            failed: 0,
        }
    }

    pub(super) fn run(mut self) -> ! {
        loop {
            let (ports, count) = self.ports();
            let overdue = Deadline::after_ms(OVERDUE_MS);
            let until = match self.tick_us {
                0 if self.resumed_early => Deadline::after_ms(RESUME_AGAIN_MS),
                0 => self.silence,
                us => Deadline::after_us(us),
            };
            sched::wait(&ports[..count], until, || self.step());
            self.resume_again();
            if self.silence.passed() || overdue.passed() {
                self.give_up("the domU is silent: a vCPU is stuck in Xen");
            }
        }
    }

    /// Everything to wait for.
    fn ports(&self) -> ([Port; 1 + MOST_SERVERS * VCPUS], usize) {
        let mut ports = [self.doorbell; 1 + MOST_SERVERS * VCPUS];
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
        self.silence = Deadline::after_ms(SILENCE_MS);
        // It asks for something, so it runs.
        self.resumed_early = false;
        if self.quiesces {
            self.quiesce();
        }
        let reply = match asked {
            Ok(request) => self.perform(request),
            Err(op) => Dom0::die(format_args!("unknown request {op}")),
        };
        self.shared.finish(reply.map_err(|Errno(errno)| errno));
        self.ring();
        true
    }

    fn ring(&self) {
        if let Err(why) = event::send(self.doorbell) {
            Dom0::die(format_args!("cannot ring the domU: {why}"));
        }
    }

    /// Completes what the domU's vCPUs wait for.
    pub(super) fn serve(&mut self) -> bool {
        let mut served = false;
        let mut late = false;
        for (n, vcpu) in (0..MOST_SERVERS).flat_map(|n| (0..VCPUS).map(move |vcpu| (n, vcpu))) {
            let Some(kind) = self.servers[n].as_ref().and_then(|s| s.page.pending(vcpu)) else {
                continue;
            };
            if !self.jitter.is_due(n, vcpu) {
                late = true;
                continue;
            }
            if let Some(gfn) = self.armed.take() {
                self.removal = Some(memory::remove_from_physmap_of(DOMU, gfn));
            }
            served |= match kind {
                Kind::Invalidate => self.invalidate(n, vcpu),
                Kind::Read(addr) => self.access((n, vcpu), addr, None),
                Kind::Write(addr, value) => self.access((n, vcpu), addr, Some(value)),
                Kind::Unknown(type_) => Dom0::die(format_args!("ioreq of type {type_}")),
            };
        }
        if late && !served {
            sched::yield_now();
        }
        served || late
    }

    fn invalidate(&mut self, n: usize, vcpu: usize) -> bool {
        if self.hold & (1 << vcpu) != 0 {
            return self.keep(vcpu);
        }
        time::spin_us(self.delay_us);
        if let Err(why) = cache::drop_mapping(self.shared) {
            Dom0::die(format_args!("cannot drop a mapping: {why}"));
        }
        // Counted before it is completed: once the vCPU goes on, it must see it.
        let invalidations = &self.shared.invalidations[n][vcpu];
        invalidations.store(invalidations.load(Ordering::Relaxed) + 1, Ordering::Release);
        self.complete(n, vcpu, 0);
        true
    }

    /// Does not complete the request of a vCPU, and says so; whether that is new.
    fn keep(&self, vcpu: usize) -> bool {
        let mask = 1 << vcpu;
        let held = self.shared.held.load(Ordering::Relaxed);
        if held & mask != 0 {
            return false;
        }
        self.shared.held.store(held | mask, Ordering::Release);
        self.ring();
        true
    }

    /// An access to the register: reads give the complement of what the vCPU has
    /// written last.
    fn access(&mut self, (n, vcpu): (usize, usize), addr: u64, write: Option<u64>) -> bool {
        if addr != mmio::register(n) {
            Dom0::die(format_args!("server {n} is asked for {addr:#x}"));
        }
        if self.hold_accesses & (1 << vcpu) != 0 {
            return self.keep(vcpu);
        }
        if let Some(value) = write {
            self.registers[vcpu] = value;
        }
        let accesses = &self.shared.accesses;
        accesses.store(accesses.load(Ordering::Relaxed) + 1, Ordering::Release);
        self.complete(n, vcpu, !self.registers[vcpu]);
        true
    }

    fn complete(&mut self, n: usize, vcpu: usize, data: u64) {
        let server = self.servers[n].as_ref().expect("it has a request");
        if let Err(why) = server.complete(vcpu, data) {
            Dom0::die(format_args!("cannot notify vCPU {vcpu}: {why}"));
        }
        if self.destroy_after & (1 << vcpu) != 0 {
            self.destroy_after &= !(1 << vcpu);
            self.destroy(n);
        }
    }

    /// Ends a battery that the domU cannot end.
    fn give_up(&mut self, why: &str) -> ! {
        line(format_args!(
            "TEST {} FAIL invalidations=? want=? {why}",
            self.test
        ));
        self.failed += 1;
        // Who waits for which server, and in what state each vCPU is.
        let _ = sysctl::debug_keys(*b"kq");
        self.end()
    }

    pub(super) fn end(&self) -> ! {
        let Self { passed, failed, .. } = self;
        // For whoever has nothing but this console.
        if *failed == 0 && *passed > 0 {
            line(format_args!("BATTERY passed: all {passed} tests"));
        } else {
            line(format_args!(
                "BATTERY failed: {failed} tests, marked FAIL above; {passed} passed"
            ));
        }
        line(format_args!("BATTERY end passed={passed} failed={failed}"));
        sched::power_off()
    }
}
