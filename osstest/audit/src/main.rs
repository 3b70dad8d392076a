// SPDX-License-Identifier: GPL-2.0-only

//! Audits what was linked, not what was meant: the component as one
//! relocatable object (`xen-rs.o`), and the hypervisor that it became part of
//! (`xen-syms`).
//!
//! Each demand is one [`Rule`](outcome::Rule) in one file below [`rules`], with
//! tests beside it that show that it can fail. A rule reads the
//! [`Listing`](listing::Listing) that objdump prints of the file;
//! [`instruction`] says which instructions are known, and what each does.
//!
//! See `audit --help` and README.md.

#![forbid(unsafe_code)]

pub mod cli;
pub mod expect;
pub mod instruction;
pub mod listing;
pub mod outcome;
pub mod rules;

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
