// SPDX-License-Identifier: GPL-2.0-only

//! dom0 registers, enables, disables and destroys servers.

use super::{About, Operation, Sends, operands::Operands};
#[cfg(target_os = "none")]
use super::{outcome::Outcome, perform::dom0_said};
#[cfg(target_os = "none")]
use crate::{battery::dom0::Dom0, differential::world::World};
use core::fmt;

pub(crate) struct Servers;

impl Operation for Servers {
    fn about(&self) -> About {
        About {
            name: "servers",
            share: 10,
            sends: Sends::Missed,
            ..About::USUAL
        }
    }

    fn show(&self, operands: &Operands, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Operands {
            registered,
            enabled,
            ..
        } = operands;
        write!(f, " registered={registered} enabled={enabled:#b}")
    }

    #[cfg(target_os = "none")]
    fn perform(&self, operands: &Operands, world: &World, dom0: &Dom0) -> Outcome {
        let configured = world.configure(dom0, operands.registered, operands.enabled);
        Outcome::of(&[dom0_said(configured)])
    }
}
