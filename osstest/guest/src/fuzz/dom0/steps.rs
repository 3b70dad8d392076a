// SPDX-License-Identifier: GPL-2.0-only

//! The steps of the emulator: some serve the domU, most do not.

use super::{Dom0, server::Server};
use crate::{
    dom0::console::line,
    low::{
        hypercall::{
            domctl::{self, Life},
            event::Port,
            sched,
        },
        time::{self, Deadline},
    },
    protocol::{DOMU, MOST_SERVERS, VCPUS},
};

/// How often it says that it is there.
const HEARTBEAT_MS: u64 = 1_000;

/// Steps between looks whether the domU is alive.
const LOOK: u64 = 8;

/// Steps after Xen has crashed the domU: servers come and go all the same.
const AFTER_CRASH: u64 = 32;

impl Dom0 {
    /// All steps.
    pub(super) fn run(&mut self) {
        let mut end = self.steps;
        while self.counts.steps < end {
            self.counts.steps += 1;
            self.step();
            if self.counts.steps % LOOK == 0 {
                match domctl::life(DOMU) {
                    Ok(Life::Crashed) if end == self.steps => {
                        line(format_args!("FUZZ crashed step={}", self.counts.steps));
                        end = end.min(self.counts.steps + AFTER_CRASH);
                    }
                    Ok(Life::ShutDown) => {
                        // What fails is to be seen at the end: the domU is stuck.
                        let _resumed = domctl::resume(DOMU);
                    }
                    _ => (),
                }
            }
            if self.heartbeat.passed() {
                self.say();
                self.heartbeat = Deadline::after_ms(HEARTBEAT_MS);
            }
            self.give_way();
        }
    }

    /// A line about where it is.
    pub(super) fn say(&self) {
        line(format_args!(
            "FUZZ at step={} operations={} requests={}",
            self.counts.steps,
            self.shared.all_operations(),
            self.counts.requests
        ));
    }

    /// Whether this seed has that kind of step.
    fn may(&self, kind: u32) -> bool {
        self.kinds & (1 << kind) != 0
    }

    fn step(&mut self) {
        let kind = self.prng.below(40);
        match kind {
            0..12 => self.serve(),
            12..14 => self.serve_one(),
            14..17 => self.come(),
            17 if self.may(0) => self.go(),
            18 if self.may(1) => self.complete_and_go(),
            19 if self.may(2) => self.toggle(),
            20 if self.may(3) => self.toggle_pause(),
            21 if self.may(4) => self.withhold = self.prng.below(64),
            22 if self.may(5) => self.garbage_data(),
            23 if self.may(6) && self.may(7) => self.legal_state(),
            24 if self.may(8) && self.may(9) && self.may(10) => self.garbage_slot(),
            25 if self.may(11) => self.another_port(),
            26 if self.may(12) => self.spurious_event(),
            27 if self.may(13) => self.range(),
            28..31 if self.may(14) => self.remove(),
            31 if self.may(15) => self.populate(),
            32 if self.may(16) => self.map(),
            33 if self.may(17) => self.unbind(),
            34 if self.may(18) && self.may(7) => self.garbage_type(),
            35 if self.may(19) => self.go_paused(),
            _ => self.serve(),
        }
    }

    /// Lets the domU run for a while.
    fn give_way(&mut self) {
        match self.prng.below(4) {
            0 => (),
            1 => sched::yield_now(),
            2 => time::spin_us(self.prng.below(30)),
            _ => {
                let mut ports = [Port::new(0); MOST_SERVERS * VCPUS];
                let mut count = 0;
                for port in self.servers.iter().flatten().flat_map(Server::ports) {
                    ports[count] = port;
                    count += 1;
                }
                let until = Deadline::after_us(self.prng.below(300));
                sched::doze(&ports[..count], until);
            }
        }
    }

    /// Completes all requests, as it should be.
    pub(super) fn serve(&mut self) {
        if self.withhold > 0 {
            self.withhold -= 1;
            return;
        }
        for server in self.servers.iter().flatten() {
            for vcpu in 0..VCPUS {
                self.counts.requests += u64::from(server.complete(vcpu, self.prng.next()));
            }
        }
    }

    /// Completes the request of one vCPU, whichever has one.
    fn serve_one(&mut self) {
        let vcpu = self.prng.index(VCPUS);
        let data = self.prng.next();
        for server in self.servers.iter().flatten() {
            if server.complete(vcpu, data) {
                self.counts.requests += 1;
                return;
            }
        }
    }

    /// Has one server more, if there is room.
    fn come(&mut self) {
        let n = self.prng.index(MOST_SERVERS);
        if self.servers[n].is_none() {
            let how = self.prng.next();
            self.servers[n] = Server::create(n, how, self.may(20));
            self.counts.servers += u64::from(self.servers[n].is_some());
        }
    }

    fn go(&mut self) {
        let n = self.prng.index(MOST_SERVERS);
        if let Some(server) = self.servers[n].take() {
            server.destroy();
        }
    }

    /// Completes what a server has, and destroys it before any of the vCPUs has
    /// run, or while it runs.
    fn complete_and_go(&mut self) {
        let n = self.prng.index(MOST_SERVERS);
        let data = self.prng.next();
        if let Some(server) = self.servers[n].take() {
            for vcpu in 0..VCPUS {
                self.counts.requests += u64::from(server.complete(vcpu, data));
            }
            server.destroy();
        }
    }

    /// The same while all vCPUs are paused.
    fn go_paused(&mut self) {
        self.pause(true);
        self.complete_and_go();
        if self.prng.below(4) != 0 {
            self.pause(false);
        }
    }

    fn toggle(&mut self) {
        let n = self.prng.index(MOST_SERVERS);
        if let Some(server) = &mut self.servers[n] {
            server.toggle();
        }
    }

    fn toggle_pause(&mut self) {
        self.pause(!self.paused);
    }

    /// Pauses the domU, or lets it go on.
    pub(super) fn pause(&mut self, pause: bool) {
        if pause != self.paused {
            let done = match pause {
                true => domctl::pause(DOMU),
                false => domctl::unpause(DOMU),
            };
            if done.is_ok() {
                self.paused = pause;
            }
        }
    }
}
