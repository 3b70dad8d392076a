// SPDX-License-Identifier: GPL-2.0-only

//! The rules, by what they are about.

pub mod component;
pub mod hypervisor;
