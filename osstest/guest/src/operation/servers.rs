// SPDX-License-Identifier: GPL-2.0-only

//! dom0 registers, enables, disables and destroys servers.

use super::{Operation, Sends, operands::Operands};
#[cfg(target_os = "none")]
use super::{outcome::Outcome, perform::dom0_said};

pub(super) const SERVERS: Operation = Operation {
    name: "servers",
    share: 10,
    sends: Sends::Missed,
    show: Some(|operands, f| {
        let Operands {
            registered,
            enabled,
            ..
        } = operands;
        write!(f, " registered={registered} enabled={enabled:#b}")
    }),
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, dom0| {
        let configured = world.configure(dom0, operands.registered, operands.enabled);
        Outcome::of(&[dom0_said(configured)])
    }),
    ..Operation::USUAL
};
