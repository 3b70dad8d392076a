// SPDX-License-Identifier: GPL-2.0-only

//! Tests of who is told: no server, disabled ones, several.

use super::{
    bench::{Bench, Servers, Told},
    memory::decrease,
};
use crate::{low::gfn::Gfn, protocol::Request};

/// No server.
pub(super) const NONE: Servers = Servers {
    registered: 0,
    enabled: 0,
};
/// One.
pub(super) const ONE: Servers = Servers {
    registered: 1,
    enabled: 0b1,
};
/// One, disabled.
pub(super) const ONE_DISABLED: Servers = Servers {
    registered: 1,
    enabled: 0,
};
/// Two.
pub(super) const TWO: Servers = Servers {
    registered: 2,
    enabled: 0b11,
};
/// Two, of which the second is disabled.
pub(super) const TWO_ONE_DISABLED: Servers = Servers {
    registered: 2,
    enabled: 0b1,
};

pub(super) fn page(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    Bench::told(|| decrease(&[page]))
}

pub(super) fn page_by_server(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    bench.told_by_server(|| decrease(&[page]))
}

/// With no server to tell there is nothing to remember either: one that is
/// registered later has no old mappings.
///
/// dom0 removes the page, as only that can leave a notice behind: a vCPU that
/// removes its own sends it before it goes on.
pub(super) fn none_then_one(bench: &mut Bench) -> Told {
    let [gone, page]: [Gfn; 2] = bench.arena.pages();
    bench.dom0.ask(Request::Remove(page.number()))?;
    decrease(&[gone])?;
    bench.told_every_vcpu(|| bench.configure(ONE))
}
