// SPDX-License-Identifier: GPL-2.0-only

//! Reports a flight.
//!
//! `read` turns a flight's directory into a [`flight::Flight`], and what is
//! wrong with the directory into failures of the job that it is wrong in.
//! [`cases`] decides what counts; JUnit, page, summary and closing line all say
//! what it decided, and so agree.
//!
//! See `report --help` and README.md.

#![forbid(unsafe_code)]

pub mod cases;
pub mod cli;
pub mod flight;
pub mod html;
pub mod junit;
pub mod read;
pub mod summary;
pub mod text;

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
