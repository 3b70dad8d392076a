// SPDX-License-Identifier: GPL-2.0-only

//! XENMEM_increase_reservation: RAM that is mapped nowhere.

use super::Operation;
#[cfg(target_os = "none")]
use super::{outcome::Outcome, perform::number};
#[cfg(target_os = "none")]
use crate::low::{gfn::PAGE_ORDER, hypercall::memory};

pub(super) const INCREASE: Operation = Operation {
    name: "increase",
    share: 10,
    #[cfg(target_os = "none")]
    perform: Some(|_, _, _| Outcome::extents(number(memory::increase_reservation(1, PAGE_ORDER)))),
    ..Operation::USUAL
};
