// SPDX-License-Identifier: GPL-2.0-only

//! Rules about the component, linked into one relocatable object.

use std::collections::{BTreeMap, BTreeSet};

use crate::listing::Listing;
use crate::outcome::Rule;

pub mod barrier;
pub mod exports;
pub mod known;
pub mod names;
pub mod panic;
pub mod runtime;
pub mod size;
pub mod undefined;
pub mod units;
pub mod unwind;
pub mod writable;

#[cfg(test)]
mod riscv;

/// What the rules look at.
#[derive(Debug)]
pub struct Component {
    /// What objdump prints of the object.
    pub listing: Listing,
    /// The symbols that it is to offer.
    pub exports: BTreeSet<String>,
    /// The symbols that it may ask for, and why.
    pub allowed: BTreeMap<String, String>,
}

/// All of them, in the order of the report.
pub const RULES: &[Rule<Component>] = &[
    exports::RULE,
    undefined::RULE,
    panic::RULE,
    unwind::RULE,
    names::RULE,
    known::RULE,
    units::RULE,
    runtime::RULE,
    writable::RULE,
    barrier::send::RULE,
    barrier::kick::RULE,
    size::RULE,
];
