// SPDX-License-Identifier: GPL-2.0-only

//! A read of a register, and a write that is read back.

#[cfg(target_os = "none")]
use super::outcome::Outcome;
use super::{About, Operation, operands::Operands};
#[cfg(target_os = "none")]
use crate::{battery::dom0::Dom0, differential::world::World, low::mmio};
use core::fmt;

pub(crate) struct Read;

impl Operation for Read {
    fn about(&self) -> About {
        About {
            name: "mmio-read",
            share: 30,
            ..About::USUAL
        }
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " server={}", operands.server)
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, _: &Dom0) -> Outcome {
        access(operands, world, || mmio::read(operands.server))
    }
}

pub(crate) struct Write;

impl Operation for Write {
    fn about(&self) -> About {
        About {
            name: "mmio-write",
            share: 20,
            ..About::USUAL
        }
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, " server={}", operands.server)
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, _: &Dom0) -> Outcome {
        access(operands, world, || {
            mmio::write(operands.server, operands.value);
            mmio::read(operands.server)
        })
    }
}

/// An access that no server takes is a fault.
#[cfg(target_os = "none")]
fn access(operands: &Operands, world: &World, access: impl FnOnce() -> u32) -> Outcome {
    match world.is_enabled(operands.server) {
        true => Outcome::of(&[Ok(access().into())]),
        false => Outcome::NOTHING,
    }
}
