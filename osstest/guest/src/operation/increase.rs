// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_increase_reservation: RAM that is mapped nowhere.

use super::{About, Operation};
#[cfg(target_os = "none")]
use super::{operands::Operands, outcome::Outcome, perform::number};
#[cfg(target_os = "none")]
use crate::{
    battery::dom0::Dom0,
    differential::world::World,
    low::{gfn::PAGE_ORDER, hypercall::memory},
};

pub(crate) struct Increase;

impl Operation for Increase {
    fn about(&self) -> About {
        About {
            name: "increase",
            share: 10,
            ..About::USUAL
        }
    }

    #[cfg(target_os = "none")]
    fn perform(&self, _: &Operands, _: &World, _: &Dom0) -> Outcome {
        Outcome::extents(number(memory::increase_reservation(1, PAGE_ORDER)))
    }
}
