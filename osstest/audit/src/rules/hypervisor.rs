// SPDX-License-Identifier: GPL-2.0-only

//! Rules about the hypervisor: with the component, or as upstream has it.

use std::collections::BTreeSet;

use crate::listing::Listing;
use crate::outcome::Rule;

pub mod calls;
pub mod exports;
pub mod gone;
pub mod reached;

/// What the rules look at.
#[derive(Debug)]
pub struct Hypervisor {
    /// What objdump prints of `xen-syms`.
    pub listing: Listing,
    /// The symbols that the component offers.
    pub exports: BTreeSet<String>,
}

/// For a hypervisor with the component, in the order of the report.
pub const RULES: &[Rule<Hypervisor>] = &[
    exports::LINKED,
    reached::LEAF_FREED,
    reached::PREEMPTED,
    reached::CONTINUED,
    reached::EXIT_WORK,
    reached::WAY_OUT,
    reached::COMPLETION,
    reached::SERVERS_CHANGED,
    reached::SERVER_ENABLED,
    gone::C_REQUEST,
    gone::C_SEND,
    gone::C_SEND_INLINE,
];

/// For upstream's.
pub const UPSTREAM_RULES: &[Rule<Hypervisor>] = &[
    exports::ABSENT,
    reached::C_LEAF_FREED,
    reached::C_HYPERCALL,
    reached::C_COMPLETION,
];
