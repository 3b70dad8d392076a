// SPDX-License-Identifier: GPL-2.0-only

//! Differences from upstream that are improvements by design.
//!
//! A rule says what may differ, for any seed; it never names one.

use crate::log::Op;

/// A kind of difference that is wanted.
pub struct Rule {
    /// What it is called in the report.
    pub name: &'static str,
    /// Why the difference is an improvement.
    pub why: &'static str,
    /// Whether this difference is one of its kind: upstream's, then ours.
    pub accepts: fn(&Op, &Op) -> bool,
}

/// All of them: there is none yet.
pub const RULES: &[Rule] = &[];
