// SPDX-License-Identifier: GPL-2.0-only

//! The domU: runs the tests and says how they went.

pub(crate) mod dom0;
pub(crate) mod error;
mod fixture;
mod foreign;
mod grants;
pub(crate) mod memory;
mod mmio;
mod physmap;
mod race;
mod removals;
mod servers;
mod table;
mod team;

use crate::{
    low::guest::Role,
    protocol::{Request, VCPUS},
    report::Line,
};
use core::fmt;
use dom0::Dom0;
use error::Error;
use fixture::Fixture;
use table::{Test, tests};

/// The image.
pub struct Domu;

impl Role for Domu {
    fn main(vcpu: usize) -> ! {
        if vcpu != 0 {
            team::serve(vcpu);
        }
        Self::end(run())
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        dom0::fault(why)
    }
}

/// Runs the battery; an error is one that is not a test's.
fn run() -> Result<(), Error> {
    let mut fixture = Fixture::new(Dom0::hello()?)?;
    fixture.dom0.print(format_args!(
        "BATTERY begin tests={} vcpus={VCPUS}",
        tests().count()
    ))?;
    let (mut passed, mut failed) = (0, 0);
    for (n, test) in tests().enumerate() {
        let Test { want, .. } = test;
        let number = n + 1;
        fixture
            .dom0
            .shared
            .text
            .set(format_args!("{number} {test}"));
        fixture.dom0.ask(Request::Begin { passed, failed })?;
        let outcome = fixture.perform(&test);
        let line = Line {
            number,
            name: test,
            want,
            outcome,
        };
        fixture.dom0.print(format_args!("{line}"))?;
        match line.passed() {
            true => passed += 1,
            false => failed += 1,
        }
    }
    fixture.dom0.ask(Request::End { passed, failed }).map(drop)
}
