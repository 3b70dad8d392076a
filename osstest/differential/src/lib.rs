// SPDX-License-Identifier: GPL-2.0-only

//! Compares what two hypervisors made of the same operations: the consoles of
//! osstest/guest's differential image. See README.md.

#![forbid(unsafe_code)]

pub mod cli;
pub mod compare;
pub mod log;
pub mod show;
pub mod shrink;
