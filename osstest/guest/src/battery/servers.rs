// SPDX-License-Identifier: GPL-2.0-only

//! Tests of which servers receive an invalidation: none, disabled ones, several.

use super::{
    fixture::{Counted, Fixture, Servers},
    memory::decrease,
};
use crate::{low::gfn::Gfn, protocol::Request};

/// No server.
pub(super) const NONE: Servers = Servers::new(0, 0);
/// One.
pub(super) const ONE: Servers = Servers::new(1, 0b1);
/// One, disabled.
pub(super) const ONE_DISABLED: Servers = Servers::new(1, 0);
/// Two.
pub(super) const TWO: Servers = Servers::new(2, 0b11);
/// Two, of which the second is disabled.
pub(super) const TWO_ONE_DISABLED: Servers = Servers::new(2, 0b1);

pub(super) fn page(fixture: &mut Fixture) -> Counted {
    let page = fixture.arena.page();
    Fixture::invalidations(|| decrease(&[page]))
}

pub(super) fn page_by_server(fixture: &mut Fixture) -> Counted {
    let page = fixture.arena.page();
    fixture.invalidations_by_server(|| decrease(&[page]))
}

/// Without a server no vCPU is flagged either: a server that is registered later has
/// no old mappings.
///
/// dom0 removes the page, as only that can leave an invalidation pending: a vCPU
/// that removes its own page sends it before it goes on.
pub(super) fn none_then_one(fixture: &mut Fixture) -> Counted {
    let [gone, page]: [Gfn; 2] = fixture.arena.pages();
    fixture.dom0.ask(Request::remove(page.number()))?;
    decrease(&[gone])?;
    fixture.invalidations_by_vcpu(|| fixture.configure(ONE))
}
