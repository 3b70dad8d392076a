// SPDX-License-Identifier: GPL-2.0-only

//! The cases. A file has a list of them, one or several of a kind; osstest/ts-protocol
//! reads from its lines `//! boot NAME: …` how each is booted.

#[cfg(target_arch = "aarch64")]
mod arm64;
mod decrease_once;
mod foreign_removal;
mod foreign_while_descheduled;
mod removal_then_suspend;
mod server_destroyed_after_completion;
mod server_destroyed_while_waiting;
mod server_enabled_later;

use super::case::Case;
#[cfg(target_arch = "aarch64")]
use arm64::FILES as ARM64;

/// The list of each file.
const FILES: &[&[Case]] = &[
    server_destroyed_while_waiting::CASES,
    server_destroyed_after_completion::CASES,
    foreign_while_descheduled::CASES,
    removal_then_suspend::CASES,
    server_enabled_later::CASES,
    decrease_once::CASES,
    foreign_removal::CASES,
];

/// Those of arm64, which come last: there are none here.
#[cfg(not(target_arch = "aarch64"))]
const ARM64: &[&[Case]] = &[];

/// All cases.
pub(super) fn all() -> impl Iterator<Item = &'static Case> {
    FILES.iter().chain(ARM64).copied().flatten()
}
