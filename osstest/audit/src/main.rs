// SPDX-License-Identifier: GPL-2.0-only

//! The command: see `audit --help` and README.md.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::{env, io};

fn main() -> ExitCode {
    let status = audit::cli::run(
        env::args_os().skip(1),
        &mut io::stdout().lock(),
        &mut io::stderr().lock(),
    );
    ExitCode::from(status)
}
