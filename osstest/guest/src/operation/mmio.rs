// SPDX-License-Identifier: GPL-2.0-only

//! A read of a register, and a write that is read back.

use super::Operation;
#[cfg(target_os = "none")]
use super::{operands::Operands, outcome::Outcome};
#[cfg(target_os = "none")]
use crate::{differential::world::World, low::mmio};

pub(super) const READ: Operation = Operation {
    name: "mmio-read",
    share: 30,
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, _| access(operands, world, || mmio::read(operands.server))),
    ..ACCESS
};

pub(super) const WRITE: Operation = Operation {
    name: "mmio-write",
    share: 20,
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, _| {
        access(operands, world, || {
            mmio::write(operands.server, operands.value);
            mmio::read(operands.server)
        })
    }),
    ..ACCESS
};

/// What they have in common.
const ACCESS: Operation = Operation {
    show: Some(|operands, f| write!(f, " server={}", operands.server)),
    ..Operation::USUAL
};

/// An access that no server takes is a fault.
#[cfg(target_os = "none")]
fn access(operands: &Operands, world: &World, access: impl FnOnce() -> u32) -> Outcome {
    match world.is_enabled(operands.server) {
        true => Outcome::of(&[Ok(access().into())]),
        false => Outcome::NOTHING,
    }
}
