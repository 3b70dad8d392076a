// SPDX-License-Identifier: GPL-2.0-only

//! The image: starts all vCPUs, lets them run, and says what came of it.

use super::{
    error::Violation,
    hammer::{self, Done, Hammer},
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
        gfn::{Arena, Gfn},
        guest::{self, Role},
        hypercall::sched,
        kept::Kept,
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
static FIRST: [Kept<Option<Gfn>>; VCPUS] = [const { Kept::new(None) }; VCPUS];
static DONE: [Done; VCPUS] = [const {
    Done {
        removals: AtomicU64::new(0),
        kept: AtomicU64::new(0),
        accesses: AtomicU64::new(0),
        dropped: AtomicU64::new(0),
        many: AtomicU64::new(0),
        unplugged: AtomicU64::new(0),
        unplugged_within: AtomicU64::new(0),
        suspended: AtomicU64::new(0),
        shutdowns_deferred: AtomicU64::new(0),
        doing: AtomicU64::new(0),
    }
}; VCPUS];

/// What a vCPU found wrong: the first to do so says it.
static FOUND: AtomicBool = AtomicBool::new(false);
static VIOLATION: Text = Text::new();

/// The image.
pub struct Stress;

impl Role for Stress {
    fn main(vcpu: usize) -> ! {
        if vcpu == 0 {
            match run() {
                Ok(()) => sched::power_off(),
                Err(why) => Self::die(format_args!("{why}")),
            }
        }
        hammer(vcpu, None);
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

/// Hammers until [`STOP`] is set, or something is wrong. On vCPU 0 for a while only,
/// with dom0.
fn hammer(vcpu: usize, dom0: Option<(&Dom0, &mut Hammer<'_>, Deadline, bool)>) {
    let seed = SEED.load(Ordering::Acquire);
    let going = |vcpu: usize, result: Result<(), Violation>| {
        if let Err(why) = result {
            if !FOUND.swap(true, Ordering::AcqRel) {
                let doing = hammer::doing(&DONE[vcpu]);
                VIOLATION.set(format_args!("vcpu={vcpu} {doing}: {why}"));
            }
            STOP.store(true, Ordering::Release);
        }
        !STOP.load(Ordering::Acquire)
    };
    match dom0 {
        Some((dom0, hammer, until, component)) => {
            while going(
                vcpu,
                hammer
                    .operation()
                    .and_then(|()| hammer.operation_by_dom0(dom0, component)),
            ) && !until.passed()
            {}
        }
        None => {
            let first = FIRST[vcpu].get().expect("set before it was started");
            let mut hammer = Hammer::new(vcpu, seed, first, &DONE[vcpu]);
            let mut result = hammer.come_back();
            while going(vcpu, result) {
                result = hammer.operation();
            }
            STOPPED[vcpu].store(true, Ordering::Release);
        }
    }
}

fn run() -> Result<(), Error> {
    let dom0 = Dom0::hello()?;
    dom0.ask(Request::Arguments)?;
    let line = dom0.shared.text.copy();
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
        first.set(Some(arena.superpage().page(0)));
    }
    dom0.ask(Request::Configure {
        registered: 2,
        enabled: 0b11,
    })?;
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
    let first = FIRST[0].get().expect("just set");
    let mut own = Hammer::new(0, seed, first, &DONE[0]);
    let mut before = [0; VCPUS];
    let mut seen = 0;
    while !end.passed() && !STOP.load(Ordering::Acquire) {
        hammer(
            0,
            Some((
                &dom0,
                &mut own,
                Deadline::after_ms(SAY_MS).or(end),
                component,
            )),
        );
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
    done.removals.load(Ordering::Relaxed) + done.accesses.load(Ordering::Relaxed)
}

fn stuck(dom0: &Dom0) -> Result<(), Error> {
    dom0.print(format_args!(
        "STRESS stuck doing={},{},{},{} {}",
        hammer::doing(&DONE[0]),
        hammer::doing(&DONE[1]),
        hammer::doing(&DONE[2]),
        hammer::doing(&DONE[3]),
        Sum
    ))?;
    dom0.ask(Request::PowerOff).map(drop)
}

/// What all vCPUs have done.
struct Sum;

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sum = |of: fn(&Done) -> &AtomicU64| {
            let numbers = DONE.iter().map(|done| of(done).load(Ordering::Relaxed));
            numbers.sum::<u64>()
        };
        let invalidations = (0..VCPUS).map(|vcpu| shared::own().all_invalidations_of(vcpu));
        write!(
            f,
            "removals={} many={} invalidations={} io={} by-dom0={} servers-changed={} mappings-dropped={} \
             unplugged={} unplugged-within={} suspended={} shutdowns-deferred={} ways={}",
            sum(|done| &done.removals),
            sum(|done| &done.many),
            invalidations.sum::<u64>(),
            sum(|done| &done.accesses),
            watch::by_dom0(),
            servers::changes(),
            sum(|done| &done.dropped),
            sum(|done| &done.unplugged),
            sum(|done| &done.unplugged_within),
            sum(|done| &done.suspended),
            sum(|done| &done.shutdowns_deferred),
            ways::how_many(),
        )
    }
}
