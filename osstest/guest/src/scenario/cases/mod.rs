// SPDX-License-Identifier: GPL-2.0-only

//! The cases. A file has one, or several of a kind; osstest/ts-protocol reads
//! from its lines `//! boot NAME: …` how each is booted.

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

/// All of them.
pub(super) const CASES: &[Case] = &[
    server_destroyed_while_waiting::INVALIDATE,
    server_destroyed_while_waiting::READ,
    server_destroyed_while_waiting::SECOND,
    server_destroyed_while_waiting::ONE_OF_TWO,
    server_destroyed_after_completion::INVALIDATE,
    server_destroyed_after_completion::READ,
    server_destroyed_after_completion::WRITE,
    foreign_while_descheduled::CASE,
    removal_then_suspend::ONE_VCPU,
    removal_then_suspend::SEVERAL_VCPUS,
    server_enabled_later::MISSED,
    server_enabled_later::MISSED_NOTHING,
    server_enabled_later::SECOND,
    decrease_once::DEFERRED,
    decrease_once::NOT_DEFERRED,
    foreign_removal::RUNNING,
    foreign_removal::SLEEPING,
    foreign_removal::POLLING,
    foreign_removal::OFF,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::OTHER_VCPU,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::REMOVAL,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::ACCESS,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::FOREIGN,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::MULTICALL,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::WAIT,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::POLL,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::OFF,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::OFF_AND_ON,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::NEVER,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::BOUND,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::NOT_DEFERRED,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::PAUSED,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::PAUSED_FOR_LONG,
    #[cfg(target_arch = "aarch64")]
    arm64::between_continuations::SUSPENDED,
    #[cfg(target_arch = "aarch64")]
    arm64::each_continuation::DEFERRED,
    #[cfg(target_arch = "aarch64")]
    arm64::each_continuation::NOT_DEFERRED,
    #[cfg(target_arch = "aarch64")]
    arm64::kexec::SLEEP,
    #[cfg(target_arch = "aarch64")]
    arm64::kexec::REMOVAL,
    #[cfg(target_arch = "aarch64")]
    arm64::kexec::BOUND,
    #[cfg(target_arch = "aarch64")]
    arm64::kexec::MEMORY,
];
