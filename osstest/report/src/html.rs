// SPDX-License-Identifier: GPL-2.0-only

//! The page: one file, with no script and nothing to load.

mod grid;
mod head;
mod job;
mod pieces;
mod tools;

use maud::{DOCTYPE, PreEscaped, html};

use crate::flight::{Flight, Job, Status};

const STYLE: &str = include_str!("html/style.css");

/// The page of `flight`.
pub fn page(flight: &Flight) -> String {
    let (failed, rest): (Vec<&Job>, Vec<_>) =
        flight.jobs.iter().partition(|job| job.status.is_failure());
    let tried = |job: &&Job| !matches!(job.status, Status::NotRun | Status::Unsupported);
    let rest: Vec<_> = rest.into_iter().filter(tried).collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (head::title(flight)) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                (head::head(flight))
                main {
                    (head::legend(flight))
                    @if !failed.is_empty() {
                        section.failures {
                            h2 { "Did not succeed" }
                            @for job in failed { (job::job(job, true)) }
                        }
                    }
                    (grid::grids(&flight.jobs))
                    (tools::unsupported(&flight.jobs))
                    @if !rest.is_empty() {
                        section {
                            h2 { "Steps and tests of each job" }
                            @for job in rest { (job::job(job, job.status == Status::Running)) }
                        }
                    }
                    (tools::tools(flight))
                    (tools::hashes(&flight.jobs))
                }
            }
        }
    }
    .into_string()
}

#[cfg(test)]
mod tests;
