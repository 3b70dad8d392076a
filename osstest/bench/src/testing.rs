// SPDX-License-Identifier: GPL-2.0-only

//! Figures for the tests.

use crate::figures::{Build, Figures};
use crate::line;

/// These, each a line without its BENCH.
pub(crate) fn figures(lines: &[(Build, &str)]) -> Figures {
    let mut figures = Figures::default();
    for (build, text) in lines {
        let line = line::read(&format!("BENCH {text}")).unwrap();
        figures.add(*build, line).unwrap();
    }
    figures
}
