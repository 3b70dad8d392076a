// SPDX-License-Identifier: GPL-2.0-only

//! An emulator goes, and its server with it, while a vCPU waits for it to
//! complete a request. The vCPU goes on; what it reads is all ones.
//!
//! boot server-destroyed-while-waiting/invalidate: icount
//! boot server-destroyed-while-waiting/read: icount
//! boot server-destroyed-while-waiting/second-invalidation: icount
//! boot server-destroyed-while-waiting/one-of-two: icount

use super::super::{
    afterwards::{self, PAGE},
    case::{Case, Counted, Expect},
    stage::Stage,
};
use crate::{battery::error::Error, low::hypercall::version, protocol::Request, report::Want};

const COUNTS: &str = "went-on,shut-down,registers";

pub(super) const CASES: &[Case] = &[
    // The vCPU waits for an invalidation.
    Case {
        name: "server-destroyed-while-waiting/invalidate",
        counts: COUNTS,
        // It waits for good, and so does a shutdown, which it defers.
        upstream: Expect::exactly([0, 0, 1]),
        component: Expect::exactly([1, 1, 1]),
        run: |stage| {
            PAGE.set(stage.arena.page());
            stage.servers(1, 0b1)?;
            stage.ask(Request::Hold(1 << 1))?;
            stage.start(1)?;
            stage.waits_for_dom0(1)?;
            destroy(stage)?;
            Ok(afterwards::look(stage)?.into())
        },
        other: afterwards::remove,
        ..Case::USUAL
    },
    // The vCPU waits for what it reads.
    Case {
        name: "server-destroyed-while-waiting/read",
        counts: "all-ones,went-on,shut-down,registers",
        upstream: Expect::exactly([0, 0, 0, 1]),
        component: Expect::exactly([1, 1, 1, 1]),
        run: |stage| {
            stage.servers(1, 0b1)?;
            stage.ask(Request::HoldAccesses(1 << 1))?;
            stage.start(1)?;
            stage.waits_for_dom0(1)?;
            destroy(stage)?;
            let all_ones = stage.reaches(1, 1) && stage.value(1) == u64::from(u32::MAX);
            let [went_on, down, registers] = afterwards::look(stage)?;
            Ok([all_ones.into(), went_on, down, registers].into())
        },
        other: afterwards::read,
        ..Case::USUAL
    },
    // The vCPU waits for an invalidation that it sends when it has read: dom0 has
    // removed a page meanwhile. It is descheduled in another place then.
    Case {
        name: "server-destroyed-while-waiting/second-invalidation",
        counts: COUNTS,
        upstream: Expect::exactly([0, 0, 1]),
        component: Expect::exactly([1, 1, 1]),
        run: second,
        other: afterwards::read,
        ..Case::USUAL
    },
    // The vCPU waits for two servers, and one of them goes: it waits for the other.
    Case {
        name: "server-destroyed-while-waiting/one-of-two",
        counts: "waits-for-the-other,went-on,shut-down,registers",
        // Woken by the other, it looks at the page of the one that is gone, which
        // Xen for arm64 still has mapped.
        upstream: Expect::Either(Want::exactly([1, 0, 0, 1]), "Panic on CPU 0"),
        component: Expect::exactly([1, 1, 1, 1]),
        run: one_of_two,
        other: afterwards::remove,
        ..Case::USUAL
    },
];

fn second(stage: &mut Stage) -> Counted {
    let page = stage.arena.page().number();
    stage.servers(1, 0b1)?;
    stage.ask(Request::Hold(1 << 1))?;
    stage.ask(Request::RemoveDuringNext(page))?;
    stage.start(1)?;
    stage.waits_for_dom0(1)?;
    // This vCPU's own, lest the server be destroyed with that just completed.
    version::null();
    destroy(stage)?;
    Ok(afterwards::look(stage)?.into())
}

fn one_of_two(stage: &mut Stage) -> Counted {
    PAGE.set(stage.arena.page());
    stage.servers(2, 0b11)?;
    stage.ask(Request::Hold(1 << 1))?;
    stage.start(1)?;
    stage.waits_for_dom0(1)?;
    // The newest, for which a vCPU waits first.
    stage.servers(1, 0b1)?;
    let waits = !stage.reaches(1, 1);
    stage.ask(Request::Hold(0))?;
    let [went_on, down, registers] = afterwards::look(stage)?;
    Ok([waits.into(), went_on, down, registers].into())
}

/// Destroys the server; all requests to the next one are completed.
fn destroy(stage: &Stage) -> Result<(), Error> {
    stage.servers(0, 0)?;
    stage.ask(Request::Hold(0))?;
    stage.ask(Request::HoldAccesses(0))
}
