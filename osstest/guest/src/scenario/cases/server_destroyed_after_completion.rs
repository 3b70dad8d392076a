// SPDX-License-Identifier: GPL-2.0-only

//! An emulator completes a request and destroys its server before the vCPU,
//! which the completion has woken, runs. With one pCPU and the time that of the
//! instructions, it cannot: dom0 keeps the pCPU until it waits.
//!
//! boot server-destroyed-after-completion/invalidate: icount
//! boot server-destroyed-after-completion/read: icount
//! boot server-destroyed-after-completion/write: icount

use super::super::{
    afterwards,
    case::{Case, Counted, Expect},
    stage::Stage,
};
use crate::{low::mmio, protocol::Request};

/// What the cases have in common.
const DESTROYED: Case = Case {
    counts: "went-on,shut-down,registers",
    // wait_for_io() goes on with the server that it knew before it slept.
    upstream: Expect::XenEnds("Panic on CPU 0"),
    component: Expect::exactly([1, 1, 1]),
    run,
    ..Case::USUAL
};

pub(super) const CASES: &[Case] = &[
    // The request is an invalidation.
    Case {
        name: "server-destroyed-after-completion/invalidate",
        run: |stage| {
            afterwards::PAGE.set(stage.arena.page());
            run(stage)
        },
        other: afterwards::remove,
        ..DESTROYED
    },
    // The request is a read.
    Case {
        name: "server-destroyed-after-completion/read",
        other: afterwards::read,
        ..DESTROYED
    },
    // The request is a write.
    Case {
        name: "server-destroyed-after-completion/write",
        other: |_| {
            mmio::write(0, 1);
            afterwards::went_on(0)
        },
        ..DESTROYED
    },
];

fn run(stage: &mut Stage) -> Counted {
    stage.servers(1, 0b1)?;
    stage.ask(Request::DestroyAfter(1 << 1))?;
    stage.start(1)?;
    Ok(afterwards::look(stage)?.into())
}
