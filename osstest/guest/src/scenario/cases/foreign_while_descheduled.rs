// SPDX-License-Identifier: GPL-2.0-only

//! dom0 removes a page of a guest whose vCPU has been descheduled on its way
//! back to the guest, at the one place where it has looked for work already. It
//! sends its invalidation before it makes another round of its loop, from which
//! nothing of its own takes it out.
//!
//! boot foreign-while-descheduled: icount

use super::super::case::{Case, Expect};
use crate::protocol::Request;
use core::sync::atomic::Ordering;

/// More than the time for which a vCPU is let alone (sched_ratelimit_us), and no
/// multiple of the scheduler's tick.
const AFTER_US: u64 = 4_300;

pub(super) const CASES: &[Case] = &[Case {
    name: "foreign-while-descheduled",
    counts: "rounds",
    // Until the scheduler's next tick.
    upstream: Expect::at_least(1),
    component: Expect::exactly([0]),
    run: |stage| {
        let gfn = stage.arena.page().number();
        stage.servers(1, 0b1)?;
        let shared = stage.dom0.shared;
        stage
            .dom0
            .post(Request::RemoveWhileAway { gfn, us: AFTER_US })?;
        let mut rounds = 0;
        while shared.reply().is_none() {
            rounds += 1;
            shared.rounds.store(rounds, Ordering::Release);
        }
        Ok(stage.dom0.reply()?.into())
    },
    ..Case::USUAL
}];
