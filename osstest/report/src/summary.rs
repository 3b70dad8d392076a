// SPDX-License-Identifier: GPL-2.0-only

//! The flight for the terminal, in the manner of osstest's mails.

use std::fmt::Write;

use crate::cases::{Outcome, cases};
use crate::flight::{Flight, Job};
use crate::text;

/// The summary, without the closing line.
pub fn summary(flight: &Flight) -> String {
    let width = |job: &Job| job.name.chars().count();
    let wide = flight.jobs.iter().map(width).max().unwrap_or_default();
    let mut out = format!("flight {}\n", flight.name);
    out += "\njobs:\n";
    for job in &flight.jobs {
        let time = job.seconds.map(text::duration).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            " {:wide$}  {:11} {time:>8}",
            job.name,
            job.status.word()
        );
        if let Some(reason) = job.unsupported() {
            let _ = write!(out, "  {}", reason.lines().next().unwrap_or_default());
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    let failures: Vec<_> = flight
        .jobs
        .iter()
        .flat_map(|job| failures(job, wide))
        .collect();
    // Last, where a terminal and a log that is cut short still have it.
    if !failures.is_empty() {
        out += "\nTests which did not succeed,\nincluding tests which could not be run:\n";
        out.extend(failures);
    }
    out
}

fn failures(job: &Job, wide: usize) -> Vec<String> {
    let failed = cases(job)
        .into_iter()
        .filter(|case| case.outcome == Outcome::Failed);
    failed
        .map(|case| {
            let number = case
                .step
                .map(|(number, _)| number.to_string())
                .unwrap_or_default();
            let details = text::shortened(case.text.lines().next().unwrap_or_default(), 160);
            format!(
                " {:wide$} {number:>2} {}  {}  {details}\n",
                job.name,
                case.name(),
                case.status.word(),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests;
