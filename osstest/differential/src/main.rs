// SPDX-License-Identifier: GPL-2.0-only

//! Compares what two hypervisors made of the same operations: the consoles of
//! osstest/guest's differential image.
//!
//! See `differential --help` and README.md.

#![forbid(unsafe_code)]

pub mod cli;
pub mod compare;
pub mod log;
pub mod show;
pub mod shrink;

use std::process::ExitCode;

fn main() -> ExitCode {
    let status = cli::run(
        std::env::args_os().skip(1),
        &mut std::io::stdout().lock(),
        &mut std::io::stderr().lock(),
    );
    ExitCode::from(status)
}
