// SPDX-License-Identifier: GPL-2.0-only

//! Cases for which the guest needs interrupts, which it has on arm64 alone.

pub(super) mod between_continuations;
pub(super) mod each_continuation;
pub(super) mod kexec;
mod preemption;
