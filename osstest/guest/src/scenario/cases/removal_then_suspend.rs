// SPDX-License-Identifier: GPL-2.0-only

//! A guest removes a page and suspends itself in one multicall: there is no
//! invalidation while it shuts down. The vCPU sends it when it is resumed,
//! before it goes on.
//!
//! boot removal-then-suspend/one-vcpu: icount
//! boot removal-then-suspend/several-vcpus: icount

use super::super::{
    case::{Case, Counted, Expect},
    stage::{Stage, invalidations, reached},
};
use crate::{
    low::hypercall::{multicall::Call, version},
    protocol::VCPUS,
};

/// What the cases have in common.
const SUSPENDED: Case = Case {
    counts: "before-it-goes-on,later,shut-down",
    upstream: Expect::exactly([0, 0, 1]),
    component: Expect::exactly([1, 0, 1]),
    run,
    ..Case::USUAL
};

pub(super) const CASES: &[Case] = &[
    // There is one vCPU.
    Case {
        name: "removal-then-suspend/one-vcpu",
        ..SUSPENDED
    },
    // The others sleep: they have nothing to send.
    Case {
        name: "removal-then-suspend/several-vcpus",
        run: |stage| {
            for vcpu in 1..VCPUS {
                stage.start_and_wait(vcpu)?;
            }
            run(stage)
        },
        other: |_| {
            reached(1, 0);
            Ok(())
        },
        ..SUSPENDED
    },
];

fn run(stage: &mut Stage) -> Counted {
    let page = stage.arena.page();
    stage.servers(1, 0b1)?;
    let all = || (0..VCPUS).map(invalidations).sum::<u64>();
    let before = all();
    let (down, at_once) = stage.suspended(Call::Remove(page), all)?;
    version::null();
    Ok([at_once - before, all() - at_once, down.into()].into())
}
