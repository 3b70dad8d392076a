// SPDX-License-Identifier: GPL-2.0-only

//! The image: performs the episodes that it is asked for.

use super::{
    baton,
    comparable::{Compared, RULES},
    episode,
    parameters::Parameters,
    plan::Plan,
    records::{self, Digest, Shown},
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
use core::fmt::{self, Write as _};

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
        let mut digest = Digest::default();
        for line in records::lines() {
            let compared = Compared::next(&mut servers, line.op, line.sent);
            tally.count(&line, &compared);
            let shown = Shown(&line, &compared);
            // A digest takes any text.
            let _written = write!(digest, "{shown:#}");
            if trace {
                dom0.print(format_args!("{shown}"))?;
            }
        }
        dom0.print(format_args!("EPISODE {episode} {:016x}", digest.0))?;
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
