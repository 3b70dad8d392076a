// SPDX-License-Identifier: GPL-2.0-only

//! The image: starts all vCPUs, lets them run, and says what came of it.

use super::{
    error::Violation,
    hammer::{Count, Done, Hammer},
    servers, unplugged, watch, ways,
};
use crate::{
    arguments::{number, value},
    battery::{
        dom0::{self, Dom0},
        error::Error,
    },
    low::{
        self,
        gfn::{Arena, Chosen},
        guest::{self, Role},
        hypercall::sched,
        shared,
        time::Deadline,
    },
    operation::around,
    protocol::{PATIENCE_MS, Request, Text, VCPUS},
};
use core::{
    fmt,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

/// How long a request waits at most.
const JITTER_US: u64 = 300;

/// How often there is a line about it.
const SAY_MS: u64 = 10_000;

static SEED: AtomicU64 = AtomicU64::new(0);
static STOP: AtomicBool = AtomicBool::new(false);
static STOPPED: [AtomicBool; VCPUS] = [const { AtomicBool::new(false) }; VCPUS];
/// The first page of each vCPU, which vCPU 0 sets before it starts the others.
static FIRST: [Chosen; VCPUS] = [const { Chosen::none() }; VCPUS];
static DONE: [Done; VCPUS] = [const { Done::nothing() }; VCPUS];

/// What a vCPU found wrong: the first to do so says it.
static FOUND: AtomicBool = AtomicBool::new(false);
static VIOLATION: Text = Text::new();

/// The image.
pub struct Stress;

impl Role for Stress {
    fn main(vcpu: usize) -> ! {
        if vcpu == 0 {
            Self::end(run());
        }
        let mut hammer = hammer(vcpu);
        let mut result = hammer.come_back();
        while goes_on(vcpu, result) {
            result = hammer.operation();
        }
        STOPPED[vcpu].store(true, Ordering::Release);
        loop {
            sched::yield_now();
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        dom0::fault(why)
    }

    #[cfg(target_arch = "aarch64")]
    fn interrupt(preempted: bool) {
        super::arm64::handle(preempted);
    }
}

/// That of a vCPU, with its own pages.
fn hammer(vcpu: usize) -> Hammer<'static> {
    let seed = SEED.load(Ordering::Acquire);
    Hammer::new(vcpu, seed, FIRST[vcpu].get(), &DONE[vcpu])
}

/// Whether a vCPU goes on after this: until [`STOP`] is set, or something is wrong.
fn goes_on(vcpu: usize, result: Result<(), Violation>) -> bool {
    if let Err(why) = result {
        if !FOUND.swap(true, Ordering::AcqRel) {
            let doing = DONE[vcpu].doing();
            VIOLATION.set(format_args!("vcpu={vcpu} {doing}: {why}"));
        }
        STOP.store(true, Ordering::Release);
    }
    !STOP.load(Ordering::Acquire)
}

fn run() -> Result<(), Error> {
    let dom0 = Dom0::hello()?;
    let line = dom0.arguments()?;
    let wanted = (
        number(line.as_str(), "seed", 1),
        number(line.as_str(), "seconds", 60),
    );
    let (Some(seed), Some(seconds)) = wanted else {
        guest::die(format_args!("not a command line: {line}"));
    };
    // What upstream's Xen does not do: send once for a hypercall however often that
    // is preempted, have a vCPU go on whose server is destroyed, and send after a
    // resume what it has not sent before.
    let component = value(line.as_str(), "component") == Some("y");
    if component {
        watch::expect_component();
    }
    #[cfg(target_arch = "aarch64")]
    if value(line.as_str(), "interrupts") == Some("y") {
        super::arm64::enable();
    }
    let mut arena = Arena::new();
    around::create(&dom0, arena.page())?;
    for first in &FIRST {
        first.set(arena.superpage().page(0));
    }
    dom0.configure(2, 0b11)?;
    dom0.ask(Request::Jitter {
        seed,
        us: JITTER_US,
    })?;
    SEED.store(seed, Ordering::Release);
    dom0.print(format_args!(
        "STRESS begin seed={seed} seconds={seconds} vcpus={VCPUS} ways={} late-us={JITTER_US}",
        ways::all()
    ))?;

    let end = Deadline::after_ms(seconds * 1000);
    for vcpu in 1..VCPUS {
        low::cpu_on(vcpu).map_err(|_| Error::Vcpu(vcpu))?;
    }
    let mut own = hammer(0);
    let mut before = [0; VCPUS];
    let mut seen = 0;
    while !end.passed() && !STOP.load(Ordering::Acquire) {
        let until = Deadline::after_ms(SAY_MS).or(end);
        loop {
            let result = own.operation();
            let result = result.and_then(|()| own.operation_by_dom0(&dom0, component));
            if !goes_on(0, result) || until.passed() {
                break;
            }
        }
        seen += 1;
        dom0.print(format_args!("STRESS at {}", Sum))?;
        // Each vCPU has come on since the last time, or it is stuck.
        let now = DONE.each_ref().map(progress);
        let stopped = STOP.load(Ordering::Acquire);
        if !stopped && (1..VCPUS).any(|vcpu| now[vcpu] == before[vcpu]) {
            return stuck(&dom0);
        }
        before = now;
    }
    STOP.store(true, Ordering::Release);
    let deadline = Deadline::after_ms(2 * PATIENCE_MS);
    while !STOPPED[1..]
        .iter()
        .all(|stopped| stopped.load(Ordering::Acquire))
    {
        if deadline.passed() {
            return stuck(&dom0);
        }
        // Each comes back once more, to see whether that is right.
        for vcpu in (1..VCPUS).filter(|&vcpu| unplugged::claim(vcpu)) {
            unplugged::start(vcpu).map_err(|_| Error::Vcpu(vcpu))?;
        }
        sched::yield_now();
    }
    match FOUND.load(Ordering::Acquire) {
        true => dom0.print(format_args!("STRESS wrong {} {}", VIOLATION.copy(), Sum))?,
        false => dom0.print(format_args!("STRESS end {} looks={seen}", Sum))?,
    }
    dom0.ask(Request::PowerOff).map(drop)
}

fn progress(done: &Done) -> u64 {
    done.count(Count::Removals) + done.count(Count::Accesses)
}

fn stuck(dom0: &Dom0) -> Result<(), Error> {
    let [a, b, c, d] = DONE.each_ref().map(Done::doing);
    dom0.print(format_args!("STRESS stuck doing={a},{b},{c},{d} {Sum}"))?;
    dom0.ask(Request::PowerOff).map(drop)
}

/// What all vCPUs have done.
struct Sum;

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of| DONE.iter().map(|done| done.count(of)).sum::<u64>();
        let invalidations = (0..VCPUS).map(|vcpu| shared::own().all_invalidations_of(vcpu));
        write!(
            f,
            "removals={} many={} invalidations={} io={} by-dom0={} servers-changed={} mappings-dropped={} \
             unplugged={} unplugged-within={} suspended={} shutdowns-deferred={} ways={}",
            sum(Count::Removals),
            sum(Count::Many),
            invalidations.sum::<u64>(),
            sum(Count::Accesses),
            watch::by_dom0(),
            servers::changes(),
            sum(Count::Dropped),
            sum(Count::Unplugged),
            sum(Count::UnpluggedWithin),
            sum(Count::Suspended),
            sum(Count::ShutdownsDeferred),
            ways::how_many(),
        )
    }
}
