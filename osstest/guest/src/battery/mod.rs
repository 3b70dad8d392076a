// SPDX-License-Identifier: GPL-2.0-only

//! The domU: runs the tests and says how they went.

mod bench;
mod dom0;
mod foreign;
mod grants;
mod memory;
mod mmio;
mod physmap;
mod race;
mod servers;
mod table;
mod team;
mod trouble;

use crate::{
    low::{
        guest::Role,
        hypercall::{event, sched},
        shared,
    },
    protocol::{Request, VCPUS},
    report::Line,
};
use bench::Bench;
use core::{fmt, sync::atomic::Ordering};
use dom0::Dom0;
use table::{TESTS, Test};
use trouble::Trouble;

/// The image.
pub struct Domu;

impl Role for Domu {
    fn main(vcpu: usize) -> ! {
        if vcpu != 0 {
            team::serve(vcpu);
        }
        match run() {
            Ok(()) => sched::power_off(),
            Err(why) => Self::die(format_args!("{why}")),
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        let shared = shared::own();
        shared.fault.set(why);
        let doorbell = event::Port::new(shared.doorbell.load(Ordering::Relaxed));
        // Without a doorbell the dom0 finds out by the silence.
        let _sent = event::send(doorbell);
        sched::power_off()
    }
}

/// Runs the battery; an error is one that is not a test's.
fn run() -> Result<(), Trouble> {
    let mut bench = Bench::new(Dom0::hello()?)?;
    bench.dom0.print(format_args!(
        "BATTERY begin tests={} vcpus={VCPUS}",
        TESTS.len()
    ))?;
    let (mut passed, mut failed) = (0, 0);
    for (n, test) in TESTS.iter().enumerate() {
        let Test { name, want, .. } = *test;
        let number = n + 1;
        bench.dom0.shared.text.set(format_args!("{number} {name}"));
        bench.dom0.ask(Request::Begin { passed, failed })?;
        let outcome = bench.perform(test);
        let line = Line {
            number,
            name,
            want,
            outcome,
        };
        bench.dom0.print(format_args!("{line}"))?;
        match line.passed() {
            true => passed += 1,
            false => failed += 1,
        }
    }
    bench.dom0.ask(Request::End { passed, failed }).map(drop)
}
