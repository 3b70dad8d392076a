// SPDX-License-Identifier: GPL-2.0-only

//! Cases for which the guest needs interrupts, which it has on arm64 alone.

mod between_continuations;
mod each_continuation;
mod kexec;
mod preemption;

use super::super::case::Case;

/// The list of each file.
pub(super) const FILES: &[&[Case]] = &[
    between_continuations::CASES,
    each_continuation::CASES,
    kexec::CASES,
];
