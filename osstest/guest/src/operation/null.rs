// SPDX-License-Identifier: GPL-2.0-only

//! A hypercall that does nothing.

#[cfg(target_os = "none")]
use super::outcome::Outcome;
use super::{About, Operation, operands::Operands};
#[cfg(target_os = "none")]
use crate::{battery::dom0::Dom0, differential::world::World, low::hypercall::version};
use core::fmt;

pub(crate) struct Null;

impl Operation for Null {
    fn about(&self) -> About {
        About {
            name: "null",
            share: 40,
            call_share: 1,
            ..About::USUAL
        }
    }

    fn show(&self, _: &Operands, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }

    #[cfg(target_os = "none")]
    fn perform(&self, _: &Operands, _: &World, _: &Dom0) -> Outcome {
        version::null();
        Outcome::of(&[Ok(0)])
    }
}
