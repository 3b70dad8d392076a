// SPDX-License-Identifier: GPL-2.0-only

//! What cases work with: the dom0, the other vCPUs, and what was counted.

use super::{case::Case, cases};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        self,
        gfn::Arena,
        hypercall::{
            Errno,
            event::{self, Port},
            multicall::{Call, multicall},
            sched,
        },
        mmio, shared, shared_info,
        time::Deadline,
    },
    protocol::{PATIENCE_MS, Request, VCPUS},
};
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};

/// Long enough for whatever can go on to do so.
const ENOUGH_MS: u64 = 5_000;

/// How long the dom0 waits for the domU to be shut down: less than the domU
/// waits for the dom0.
const SHUT_DOWN_MS: u64 = PATIENCE_MS / 2;

/// Which of the cases it is.
static CASE: AtomicUsize = AtomicUsize::new(0);

/// Whether it has started the image anew.
static AFRESH: AtomicBool = AtomicBool::new(false);

/// Where the other vCPUs notify vCPU 0.
static PORT: AtomicU32 = AtomicU32::new(0);

/// How far vCPU 0 lets the others go.
static STEP: AtomicU64 = AtomicU64::new(0);

/// How far each vCPU has come, and a number that it has found.
static REACHED: [AtomicU64; VCPUS] = [const { AtomicU64::new(0) }; VCPUS];
static VALUE: [AtomicU64; VCPUS] = [const { AtomicU64::new(0) }; VCPUS];

/// The invalidations of a vCPU that have been completed, by all servers.
pub(super) fn invalidations(vcpu: usize) -> u64 {
    shared::own().all_invalidations_of(vcpu)
}

/// vCPU 0's view.
pub(super) struct Stage {
    pub(super) dom0: Dom0,
    pub(super) arena: Arena,
    port: Port,
}

impl Stage {
    /// For the case of that number.
    pub(super) fn new(dom0: Dom0, case: usize) -> Result<Self, Error> {
        CASE.store(case, Ordering::Relaxed);
        let mut arena = Arena::new();
        shared_info::map(arena.page())?;
        let port = event::bind_ipi(0)?;
        PORT.store(port.number(), Ordering::Relaxed);
        // Both sleep as long as they want, and not by trying.
        sched::learn_time();
        dom0.ask(Request::LearnTime)?;
        Ok(Self { dom0, arena, port })
    }

    /// Has dom0 register these servers, and no others.
    pub(super) fn servers(&self, registered: u8, enabled: u8) -> Result<(), Error> {
        self.dom0.configure(registered, enabled).map(drop)
    }

    /// Has dom0 do something.
    pub(super) fn ask(&self, request: Request) -> Result<(), Error> {
        self.dom0.ask(request).map(drop)
    }

    /// Starts another vCPU.
    pub(super) fn start(&self, vcpu: usize) -> Result<(), Error> {
        low::cpu_on(vcpu).map_err(|_| Error::Vcpu(vcpu))
    }

    /// Starts another vCPU, and waits until it has come as far as 1.
    pub(super) fn start_and_wait(&self, vcpu: usize) -> Result<(), Error> {
        self.start(vcpu)?;
        Error::Vcpu(vcpu).unless(self.reaches(vcpu, 1))
    }

    /// Whether another vCPU has come that far, or does soon.
    pub(super) fn reaches(&self, vcpu: usize, step: u64) -> bool {
        let there = || has_reached(vcpu, step);
        sched::wait(&[self.port], Deadline::after_ms(ENOUGH_MS), there)
    }

    /// What another vCPU has found.
    pub(super) fn value(&self, vcpu: usize) -> u64 {
        VALUE[vcpu].load(Ordering::Acquire)
    }

    /// Waits until dom0 has a request of another vCPU that it does not complete.
    pub(super) fn waits_for_dom0(&self, vcpu: usize) -> Result<(), Error> {
        let held = || self.dom0.shared.held.load(Ordering::Acquire) & (1 << vcpu) != 0;
        self.dom0.wait(held, "a request of another vCPU")
    }

    /// Makes a call and suspends the domain, in one hypercall; dom0 resumes it.
    /// Whether it was shut down in between, and what `count` says as soon as it
    /// goes on.
    pub(super) fn suspended(
        &self,
        call: Call,
        count: impl Fn() -> u64,
    ) -> Result<(bool, u64), Error> {
        self.dom0.post(Request::Resume(SHUT_DOWN_MS))?;
        let results = multicall(&[call, Call::Suspend])?;
        let counted = count();
        let down = self.dom0.reply()? != 0;
        match results.iter().find(|&&result| result < 0) {
            None => Ok((down, counted)),
            Some(&errno) => Err(Errno(errno).into()),
        }
    }
}

/// Whether the register of a server works: it gives the complement of what was
/// written last.
pub(super) fn register_works(server: usize) -> bool {
    [0x1234_5678, 0xfedc_ba98].into_iter().all(|value| {
        mmio::write(server, value);
        mmio::read(server) == !value
    })
}

/// Lets the other vCPUs go on, as far as this.
pub(super) fn let_go(step: u64) {
    STEP.store(step, Ordering::Release);
}

/// Whether another vCPU has come that far.
pub(super) fn has_reached(vcpu: usize, step: u64) -> bool {
    REACHED[vcpu].load(Ordering::Acquire) >= step
}

/// Says that this vCPU has come so far, and what it has found.
pub(super) fn reached(step: u64, value: u64) {
    let vcpu = low::vcpu_id();
    VALUE[vcpu].store(value, Ordering::Relaxed);
    REACHED[vcpu].store(step, Ordering::Release);
    // vCPU 0 looks again whenever it is woken.
    let _sent = event::send(Port::new(PORT.load(Ordering::Relaxed)));
}

/// Lets the others go on for a while.
pub(super) fn pause_ms(ms: u64) {
    sched::sleep(Deadline::after_ms(ms));
}

/// Waits until vCPU 0 lets the others go so far.
pub(super) fn wait_for_step(step: u64) {
    while STEP.load(Ordering::Acquire) < step {
        sched::sleep(Deadline::after_ms(1));
    }
}

/// Starts the image anew, see [`Case::afresh`].
#[cfg(target_arch = "aarch64")]
pub(super) fn start_afresh() -> ! {
    AFRESH.store(true, Ordering::Relaxed);
    low::restart()
}

/// Whether the image has started anew.
pub(super) fn is_afresh() -> bool {
    AFRESH.load(Ordering::Relaxed)
}

/// What is played.
pub(super) fn case() -> &'static Case {
    let number = CASE.load(Ordering::Relaxed);
    cases::all().nth(number).expect("one of them")
}

/// What a vCPU other than 0 does.
pub(super) fn other(vcpu: usize) -> ! {
    if let Err(why) = (case().other)(vcpu) {
        low::guest::die(format_args!("vCPU {vcpu}: {why}"));
    }
    loop {
        sched::sleep(Deadline::after_ms(60_000));
    }
}
