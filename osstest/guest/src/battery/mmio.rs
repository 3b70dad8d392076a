// SPDX-License-Identifier: GPL-2.0-only

//! Tests of emulated registers: the other use of the ioreq page.

use super::{
    bench::{Bench, Told},
    memory::decrease,
    trouble::Trouble,
};
use crate::low::mmio;
use core::sync::atomic::Ordering;

/// Writes a register and reads it back: the emulator returns the complement,
/// so that no stale register or memory can pass for an answer.
pub(super) fn check_register(bench: &Bench, server: usize) -> Result<(), Trouble> {
    let accesses = || bench.dom0.shared.accesses.load(Ordering::Acquire);
    for value in [0x1234_5678, 0xfedc_ba98] {
        let before = accesses();
        mmio::write(server, value);
        let got = mmio::read(server);
        if got != !value {
            return Err(Trouble::Value {
                of: "the register",
                got: got.into(),
                want: (!value).into(),
            });
        }
        let answered = accesses() - before;
        if answered != 2 {
            return Err(Trouble::Value {
                of: "the number of accesses",
                got: answered,
                want: 2,
            });
        }
    }
    Ok(())
}

pub(super) fn read_and_write(bench: &mut Bench) -> Told {
    Bench::told(|| check_register(bench, 0))
}

pub(super) fn second_server(bench: &mut Bench) -> Told {
    Bench::told(|| check_register(bench, 1))
}

pub(super) fn between_invalidations(bench: &mut Bench) -> Told {
    let pages = bench.arena.pages::<4>();
    Bench::told(|| {
        pages.iter().try_for_each(|&page| {
            decrease(&[page])?;
            check_register(bench, 0)
        })
    })
}
