// SPDX-License-Identifier: GPL-2.0-only

//! The command: see `bench --help` and README.md.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::{env, io};

fn main() -> ExitCode {
    let status = bench::cli::run(
        env::args_os().skip(1),
        &mut io::stdout().lock(),
        &mut io::stderr().lock(),
    );
    ExitCode::from(status)
}
