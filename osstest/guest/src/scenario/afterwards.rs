// SPDX-License-Identifier: GPL-2.0-only

//! What must still work after a server has gone.

use super::stage::{Stage, let_go, reached, register_works, wait_for_step};
use crate::{
    battery::error::Error,
    low::{
        gfn::Chosen,
        hypercall::{memory, multicall::Call},
        mmio,
    },
};

/// The page that [`remove`] removes.
pub(super) static PAGE: Chosen = Chosen::none();

/// What vCPU 1 may do: it removes a page, and goes on.
pub(super) fn remove(_vcpu: usize) -> Result<(), Error> {
    memory::remove_from_physmap(PAGE.get())?;
    went_on(0)
}

/// Likewise: it reads the register.
pub(super) fn read(_vcpu: usize) -> Result<(), Error> {
    went_on(mmio::read(0).into())
}

/// vCPU 1 has gone on: it says so, and tries the register of the next server.
pub(super) fn went_on(found: u64) -> Result<(), Error> {
    reached(1, found);
    wait_for_step(1);
    reached(2, register_works(0).into());
    Ok(())
}

/// Whether vCPU 1 goes on; whether the domain can be shut down then, with nothing
/// in between that could mend a deferral; whether emulated registers work with a
/// new server, on this vCPU and on that one.
pub(super) fn look(stage: &Stage) -> Result<[u64; 3], Error> {
    let went_on = stage.reaches(1, 1);
    let (down, _) = stage.suspended(Call::Null, || 0)?;
    stage.servers(1, 0b1)?;
    let_go(1);
    let mut registers = register_works(0);
    if went_on {
        registers &= stage.reaches(1, 2) && stage.value(1) == 1;
    }
    Ok([went_on.into(), down.into(), registers.into()])
}
