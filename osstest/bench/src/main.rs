// SPDX-License-Identifier: GPL-2.0-only

//! What operations cost on three builds of Xen, and what they may cost: the
//! tool of `osstest/ts-bench`.
//!
//! See `bench --help` and README.md.

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

use std::process::ExitCode;
use std::{env, io};

fn main() -> ExitCode {
    let status = cli::run(
        env::args_os().skip(1),
        &mut io::stdout().lock(),
        &mut io::stderr().lock(),
    );
    ExitCode::from(status)
}
