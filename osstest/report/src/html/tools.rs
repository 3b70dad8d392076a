// SPDX-License-Identifier: GPL-2.0-only

//! What there is to know beside the results: what cannot be tested and why,
//! with what it was tested, and what was tested.

use maud::{Markup, html};

use super::pieces::anchor;
use crate::flight::{Flight, Job};
use crate::text;

/// The jobs that are not supported, with their reasons.
pub(super) fn unsupported(jobs: &[Job]) -> Markup {
    let reasons: Vec<_> = jobs
        .iter()
        .filter_map(|job| Some((&job.name, job.unsupported()?)))
        .collect();
    html! {
        @if !reasons.is_empty() {
            section {
                h2 { "Not supported" }
                dl.wide { @for (name, reason) in reasons {
                    div id=(anchor(name)) { dt { (name) } dd { (reason) } }
                } }
            }
        }
    }
}

/// The tools and their versions.
pub(super) fn tools(flight: &Flight) -> Markup {
    html! {
        @if !flight.tools.is_empty() {
            section {
                h2 { "Tools" }
                dl.wide { @for (name, version) in &flight.tools {
                    div { dt { (name) } dd { (version) } }
                } }
            }
        }
    }
}

/// What was tested, each file once, with the jobs that tested it.
pub(super) fn hashes(jobs: &[Job]) -> Markup {
    let mut files: Vec<(&(String, String), Vec<&str>)> = Vec::new();
    for job in jobs {
        for hash in &job.hashes {
            match files.iter_mut().find(|(known, _)| *known == hash) {
                Some((_, of)) => of.push(&job.name),
                None => files.push((hash, vec![&job.name])),
            }
        }
    }
    files.sort_by_key(|((_, name), _)| name);
    html! {
        @if !files.is_empty() {
            section {
                h2 { "What was tested" }
                details.hashes {
                    summary { "SHA-256 of " (text::counted(files.len(), "file")) }
                    dl.wide { @for ((sum, name), of) in files {
                        div {
                            dt { (name) }
                            dd { code { (sum) } br; span.of { (of.join(", ")) } }
                        }
                    } }
                }
            }
        }
    }
}
