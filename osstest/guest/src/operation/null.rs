// SPDX-License-Identifier: GPL-2.0-only

//! A hypercall that does nothing.

use super::Operation;
#[cfg(target_os = "none")]
use super::outcome::Outcome;
#[cfg(target_os = "none")]
use crate::low::hypercall::version;

pub(super) const NULL: Operation = Operation {
    name: "null",
    share: 40,
    call_share: 1,
    show: Some(|_, _| Ok(())),
    #[cfg(target_os = "none")]
    perform: Some(|_, _, _| {
        version::null();
        Outcome::of(&[Ok(0)])
    }),
    ..Operation::USUAL
};
