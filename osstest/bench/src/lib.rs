// SPDX-License-Identifier: GPL-2.0-only

//! What operations cost on three builds of Xen, and what they may cost: the
//! tool of `osstest/ts-bench`.

#![forbid(unsafe_code)]

pub mod cli;
pub mod figures;
pub mod json;
pub mod judge;
pub mod limits;
pub mod line;
pub mod plot;
pub mod same;
pub mod table;
pub mod value;

#[cfg(test)]
mod testing;
