// SPDX-License-Identifier: GPL-2.0-only

//! The image: performs the episodes that it is asked for.

use super::{
    baton,
    comparable::{Compared, RULES},
    episode,
    parameters::Parameters,
    plan::Plan,
    records::{self, Shown},
    servers::Servers,
    tally::{Count, Tally},
    world::WORLD,
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        guest::{self, Role},
        hypercall::sched,
    },
    operation::OPERATIONS,
    protocol::Request,
};
use core::fmt;

/// The image.
pub struct Differential;

impl Role for Differential {
    fn main(vcpu: usize) -> ! {
        let why = match vcpu {
            0 => run(),
            _ => serve(vcpu),
        };
        match why {
            Ok(()) => sched::power_off(),
            Err(why) => Self::die(format_args!("vCPU {vcpu}: {why}")),
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        crate::battery::dom0::fault(why)
    }
}

/// A vCPU other than 0.
fn serve(vcpu: usize) -> Result<(), Error> {
    let dom0 = Dom0::known();
    baton::appear(vcpu)?;
    loop {
        baton::wait(vcpu);
        episode::turn(vcpu, &dom0)?;
    }
}

fn run() -> Result<(), Error> {
    let dom0 = Dom0::hello()?;
    let line = dom0.arguments()?;
    let Some(parameters) = Parameters::parse(line.as_str()) else {
        guest::die(format_args!("not a command line: {line}"));
    };
    let Parameters {
        seed,
        first,
        episodes,
        mask,
        trace,
    } = parameters;
    dom0.print(format_args!(
        "DIFFERENTIAL begin seed={seed} first={first} episodes={episodes}"
    ))?;
    WORLD.create(&dom0)?;
    baton::start()?;
    dom0.ask(Request::Quiesce)?;

    let mut tally = Tally::default();
    for episode in first..first + episodes {
        let plan = Plan::new(seed, episode);
        episode::perform_all(&dom0, &plan, mask)?;
        let mut servers = Servers::new(plan.registered, plan.enabled);
        let mut digest = 0;
        for line in records::lines() {
            let compared = Compared::next(&mut servers, line.op, line.sent);
            digest = line.digest(&compared, digest);
            tally.count(&line, &compared);
            if trace {
                dom0.print(format_args!("{}", Shown(&line, &compared)))?;
            }
        }
        dom0.print(format_args!("EPISODE {episode} {digest:016x}"))?;
    }

    for (operation, count) in OPERATIONS.iter().zip(tally.kinds) {
        let Count {
            performed,
            done,
            invalidations,
        } = count;
        dom0.print(format_args!(
            "KIND {} performed={performed} done={done} invalidations={invalidations}",
            operation.name
        ))?;
    }
    for (rule, operations) in RULES.iter().zip(tally.rules) {
        dom0.print(format_args!("RULE {rule} operations={operations}"))?;
    }
    let (missed, sent) = tally.missed;
    dom0.print(format_args!(
        "DIFFERENTIAL end ops={} episodes={episodes} invalidations={} missed={missed} sent-when-enabled={sent}",
        tally.operations(),
        tally.invalidations(),
    ))?;
    dom0.ask(Request::PowerOff).map(drop)
}
