// SPDX-License-Identifier: GPL-2.0-only

//! The dom0's image: an emulator that keeps no promise, until its steps are done
//! or Xen has crashed the domU; then the end of the domU, and what is left of it.

mod end;
mod mischief;
mod removal;
mod server;
mod steps;

use super::HELLO;
use crate::{
    arguments::number,
    dom0::console::line,
    low::{
        arguments,
        gfn::Frame,
        guest::Role,
        hypercall::{Errno, domctl, grant, sched, sysctl},
        shared::Lease,
        shared_info,
        time::Deadline,
    },
    prng::{Prng, mix},
    protocol::{DOMU, MOST_SERVERS, PATIENCE_MS},
};
use core::{fmt, sync::atomic::Ordering};
use server::Server;

/// RAM that the domU may have in all: what it removes and Xen keeps counts.
const MAX_KIB: u64 = 512 << 10;

/// The image.
pub struct Hostile;

impl Role for Hostile {
    fn main(_vcpu: usize) -> ! {
        let result = Dom0::start().and_then(|mut dom0| {
            dom0.run();
            dom0.end()
        });
        match result {
            Ok(()) | Err(Wrong::Printed) => sched::power_off(),
            Err(why) => Self::die(format_args!("{why}")),
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        line(format_args!("FAULT dom0 {why}"));
        sched::power_off()
    }
}

/// What ends a run early.
pub(super) enum Wrong {
    /// A hypercall that must not fail.
    Hypercall(&'static str, Errno),
    /// Something else.
    Said(&'static str),
    /// What [`found`] has printed.
    Printed,
}

/// Prints what is wrong with Xen, or with the domU.
fn found(what: fmt::Arguments<'_>) -> Wrong {
    line(format_args!("FUZZ wrong {what}"));
    Wrong::Printed
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hypercall(of, why) => write!(f, "{of}: {why}"),
            Self::Said(what) => f.write_str(what),
            Self::Printed => Ok(()),
        }
    }
}

/// For hypercalls that must not fail.
trait Must<T> {
    fn must(self, of: &'static str) -> Result<T, Wrong>;
}

impl<T> Must<T> for Result<T, Errno> {
    fn must(self, of: &'static str) -> Result<T, Wrong> {
        self.map_err(|why| Wrong::Hypercall(of, why))
    }
}

/// What it has done.
#[derive(Default)]
struct Counts {
    steps: u64,
    requests: u64,
    servers: u64,
    removals: u64,
}

/// dom0, the emulator.
struct Dom0 {
    seed: u64,
    steps: u64,
    prng: Prng,
    /// What this seed has it do, a bit for each kind.
    kinds: u64,
    shared: Lease,
    servers: [Option<Server>; MOST_SERVERS],
    counts: Counts,
    paused: bool,
    /// Steps for which it completes nothing.
    withhold: u64,
    /// Pages of the domU that it has mapped, as a mask.
    mapped: u32,
    /// Pages of the machine that were free, and those of the domU.
    before: (u64, u64),
    /// Pages that have to be free when the domU is gone; 0 if that is not known.
    expected: u64,
    /// When to say that all is well.
    heartbeat: Deadline,
}

impl Dom0 {
    fn start() -> Result<Self, Wrong> {
        static SHARED_INFO: Frame = Frame::new();
        static SHARED: Frame = Frame::new();
        static GRANTED: Frame = Frame::new();
        let words = arguments::get();
        let wanted = (
            number(words, "seed", 1),
            number(words, "steps", 2000),
            number(words, "freed", 0),
        );
        let (Some(seed), Some(steps), Some(expected)) = wanted else {
            return Err(Wrong::Said("no such command line"));
        };
        shared_info::map(SHARED_INFO.gfn()).must("shared_info")?;
        let shared = Lease::new(&SHARED).must("the domU's page")?;
        let deadline = Deadline::after_ms(PATIENCE_MS);
        if !sched::yield_until(deadline, || shared.is_ready(HELLO)) {
            return Err(Wrong::Said("the domU has not said hello"));
        }
        sched::learn_time();
        domctl::set_max_memory(DOMU, MAX_KIB).must("max_mem")?;
        let reference = grant::grant(&GRANTED, DOMU).must("a grant")?;
        shared.seed.store(seed, Ordering::Relaxed);
        shared.grant.store(reference, Ordering::Relaxed);
        let domctl::Life::Alive(pages) = domctl::life(DOMU).must("getdomaininfo")? else {
            return Err(Wrong::Said("there is no domU"));
        };
        let before = (sysctl::free_pages().must("physinfo")?, pages);
        let mut prng = Prng::new(mix(seed ^ 0xe0_1070));
        let kinds = prng.next();
        line(format_args!(
            "FUZZ begin seed={seed} steps={steps} kinds={kinds:#x}"
        ));
        shared.go.store(1, Ordering::Release);
        Ok(Self {
            seed,
            steps,
            prng,
            kinds,
            shared,
            servers: [const { None }; MOST_SERVERS],
            counts: Counts::default(),
            paused: false,
            withhold: 0,
            mapped: 0,
            before,
            expected,
            heartbeat: Deadline::after_ms(0),
        })
    }
}
