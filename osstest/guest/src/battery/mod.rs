// SPDX-License-Identifier: GPL-2.0-only

//! The domU: runs the tests and says how they went.

mod bench;
pub(crate) mod dom0;
mod foreign;
mod grants;
mod memory;
mod mmio;
mod physmap;
mod race;
mod servers;
mod table;
mod team;
pub(crate) mod trouble;

use crate::{
    low::{guest::Role, hypercall::sched},
    protocol::{Request, VCPUS},
    report::Line,
};
use bench::Bench;
use core::fmt;
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
        dom0::fault(why)
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
