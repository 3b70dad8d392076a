// SPDX-License-Identifier: GPL-2.0-only

//! Tests of emulated registers: the other use of the ioreq page.

use super::{
    error::Error,
    fixture::{Counted, Fixture},
    memory::decrease,
};
use crate::low::mmio;
use core::sync::atomic::Ordering;

/// Writes a register and reads it back: the emulator returns the complement,
/// so that no stale register or memory can pass for its value.
pub(super) fn check_register(fixture: &Fixture, server: usize) -> Result<(), Error> {
    let accesses = || fixture.dom0.shared.accesses.load(Ordering::Acquire);
    for value in [0x1234_5678, 0xfedc_ba98] {
        let before = accesses();
        mmio::write(server, value);
        let got = mmio::read(server);
        Error::expect("the register", got.into(), (!value).into())?;
        Error::expect("the number of accesses", accesses() - before, 2)?;
    }
    Ok(())
}

pub(super) fn read_and_write(fixture: &mut Fixture) -> Counted {
    Fixture::invalidations(|| check_register(fixture, 0))
}

pub(super) fn second_server(fixture: &mut Fixture) -> Counted {
    Fixture::invalidations(|| check_register(fixture, 1))
}

pub(super) fn between_invalidations(fixture: &mut Fixture) -> Counted {
    let pages = fixture.arena.pages::<4>();
    Fixture::invalidations(|| {
        pages.iter().try_for_each(|&page| {
            decrease(&[page])?;
            check_register(fixture, 0)
        })
    })
}
