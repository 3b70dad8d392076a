// SPDX-License-Identifier: GPL-2.0-only

//! Hypercalls that give back 512 pages each, and that Xen preempts on the way:
//! dom0 keeps waking up. One invalidation for each, when it is complete.
//!
//! boot decrease-once/deferred: icount xen=sched_ratelimit_us=0
//! boot decrease-once/not-deferred: icount xen=sched_ratelimit_us=0 xen=mapcache-defer=0

use super::super::{
    case::{Case, Counted, Expect},
    stage::{Stage, invalidations},
};
use crate::{battery::memory::decrease, low::gfn::SUPERPAGE, protocol::Request};

const HYPERCALLS: u64 = 8;

/// A fraction of what 512 pages take.
const TICK_US: u64 = 100;

pub(super) const CASES: &[Case] = &[
    // As usual.
    Case {
        name: "decrease-once/deferred",
        counts: "invalidations",
        upstream: Expect::at_least(HYPERCALLS + 1),
        component: Expect::exactly([HYPERCALLS]),
        run,
        ..Case::USUAL
    },
    // With mapcache-defer=0: one for each continuation, as upstream's Xen. How many
    // those are a guest learns from interrupts alone: for the exact number see
    // each-continuation/not-deferred.
    Case {
        name: "decrease-once/not-deferred",
        counts: "invalidations",
        upstream: Expect::at_least(HYPERCALLS + 1),
        component: Expect::at_least(HYPERCALLS + 1),
        run,
        ..Case::USUAL
    },
];

fn run(stage: &mut Stage) -> Counted {
    stage.servers(1, 0b1)?;
    stage.ask(Request::Tick(TICK_US))?;
    let before = invalidations(0);
    for _ in 0..HYPERCALLS {
        let pages = stage.arena.superpage().pages::<SUPERPAGE>();
        decrease(&pages)?;
    }
    Ok((invalidations(0) - before).into())
}
