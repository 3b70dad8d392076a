// SPDX-License-Identifier: GPL-2.0-only

//! The domU that plays one scenario of the invalidation protocol and says what
//! it counted: `case=NAME` on dom0's command line names it, `hypervisor=` says
//! what is expected of it. Each has a machine of its own, as one that goes wrong
//! may take Xen with it.

mod afterwards;
mod case;
mod cases;
mod stage;

use crate::{
    arguments::value,
    battery::{
        dom0::{self, Dom0},
        error::Error,
    },
    low::guest::{self, Role},
    protocol::Request,
};
use case::{Case, Counted, Expect};
use core::fmt;
use stage::Stage;

/// The image.
pub struct Protocol;

impl Role for Protocol {
    fn main(vcpu: usize) -> ! {
        if vcpu != 0 {
            stage::other(vcpu);
        }
        Self::end(match stage::is_afresh() {
            true => report((stage::case().afresh)()),
            false => run(),
        })
    }

    fn interrupt(preempted: bool) {
        (stage::case().interrupt)(preempted);
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        dom0::fault(why)
    }
}

fn run() -> Result<(), Error> {
    let dom0 = Dom0::hello()?;
    let line = dom0.arguments()?;
    let name = value(line.as_str(), "case").unwrap_or("");
    let mut numbered = cases::all().enumerate();
    let Some((number, case)) = numbered.find(|(_, case)| case.name == name) else {
        guest::die(format_args!("no such case: {line}"));
    };
    let expect = case.expect(value(line.as_str(), "hypervisor"));
    dom0.print(format_args!(
        "CASE {name} begin cases={} expects {expect}",
        cases::all().count()
    ))?;
    let mut stage = Stage::new(dom0, number)?;
    report((case.run)(&mut stage))
}

/// Prints what the case has counted, and ends the run.
fn report(counted: Counted) -> Result<(), Error> {
    let dom0 = Dom0::known();
    let line = dom0.arguments()?;
    let case = stage::case();
    let expect = case.expect(value(line.as_str(), "hypervisor"));
    let Case { name, counts, .. } = case;
    match counted {
        Ok(got) => {
            let ok = match expect {
                Expect::Counts(want) | Expect::Either(want, _) if want.is_met_by(got) => "ok",
                _ => "FAIL",
            };
            dom0.print(format_args!(
                "CASE {name} {ok} {counts}={got} expects {expect}"
            ))?;
        }
        Err(why) => dom0.print(format_args!(
            "CASE {name} FAIL {counts}=? expects {expect}: {why}"
        ))?,
    }
    dom0.ask(Request::PowerOff).map(drop)
}
