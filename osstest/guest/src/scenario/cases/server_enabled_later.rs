// SPDX-License-Identifier: GPL-2.0-only

//! A server that was disabled when a guest sent an invalidation may have old
//! mappings when it is enabled. It gets one invalidation then, however many it
//! has missed, and none if there was none.
//!
//! boot server-enabled-later/missed: icount
//! boot server-enabled-later/missed-nothing: icount
//! boot server-enabled-later/second-server: icount

use super::super::{
    case::{Case, Expect},
    stage::Stage,
};
use crate::{
    battery::error::Error,
    low::hypercall::{memory, version},
    protocol::SERVERS,
};

/// Removals that the disabled server misses.
const MISSED_REMOVALS: usize = 3;

pub(super) const CASES: &[Case] = &[
    // The only server.
    Case {
        name: "server-enabled-later/missed",
        counts: "invalidations",
        upstream: Expect::exactly([0]),
        component: Expect::exactly([1]),
        run: |stage| {
            stage.servers(1, 0b1)?;
            stage.servers(1, 0)?;
            remove(stage)?;
            let [first, _] = by_enabling(stage, 1, 0b1)?;
            Ok(first.into())
        },
        ..Case::USUAL
    },
    // The same, and nothing is removed.
    Case {
        name: "server-enabled-later/missed-nothing",
        counts: "invalidations",
        upstream: Expect::exactly([0]),
        component: Expect::exactly([0]),
        run: |stage| {
            stage.servers(1, 0b1)?;
            // What is removed before is not missed.
            remove(stage)?;
            stage.servers(1, 0)?;
            let [first, _] = by_enabling(stage, 1, 0b1)?;
            Ok(first.into())
        },
        ..Case::USUAL
    },
    // One of two: an invalidation is for both.
    Case {
        name: "server-enabled-later/second-server",
        counts: "first,second",
        upstream: Expect::exactly([0, 0]),
        component: Expect::exactly([1, 1]),
        run: |stage| {
            stage.servers(2, 0b1)?;
            remove(stage)?;
            Ok(by_enabling(stage, 2, 0b11)?.into())
        },
        ..Case::USUAL
    },
];

fn remove(stage: &mut Stage) -> Result<(), Error> {
    for page in stage.arena.pages::<MISSED_REMOVALS>() {
        memory::remove_from_physmap(page)?;
    }
    Ok(())
}

/// How many invalidations each server gets when these are enabled.
fn by_enabling(stage: &Stage, registered: u8, enabled: u8) -> Result<[u64; SERVERS], Error> {
    let counts = || stage.dom0.shared.invalidations_of::<SERVERS>(0);
    let before = counts();
    stage.servers(registered, enabled)?;
    version::null();
    let after = counts();
    Ok(core::array::from_fn(|n| after[n] - before[n]))
}
