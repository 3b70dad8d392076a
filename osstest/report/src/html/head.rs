// SPDX-License-Identifier: GPL-2.0-only

//! The verdict, in a glance, and the legend.

use maud::{Markup, html};

use super::pieces::{class, pill, sign, signed};
use crate::cases::{Counts, Verdict};
use crate::flight::{Flight, Status};
use crate::text;

/// The title: what a tab or a bookmark shows.
pub(super) fn title(flight: &Flight) -> String {
    let status = Verdict::on(flight).status();
    format!(
        "{} {}: {}",
        sign(status),
        flight.name,
        Counts::of_flight(flight)
    )
}

/// The head of the page.
pub(super) fn head(flight: &Flight) -> Markup {
    let verdict = Verdict::on(flight);
    let counts = Counts::of_flight(flight);
    let took = flight
        .started
        .zip(flight.ended)
        .map(|(from, to)| from.abs_diff(to));
    html! {
        header class=(class(verdict.status())) {
            p.kind { "osstest flight" }
            h1 { (flight.name) " " span.verdict { (said(verdict)) } }
            p.counts { (counts) }
            dl.facts {
                @if let Some(started) = flight.started {
                    div { dt { "started" } dd { (text::moment(started)) } }
                }
                div { dt { "took" } dd {
                    @match took {
                        Some(seconds) => (text::duration(seconds)),
                        None => "not over",
                    }
                } }
                @for (name, value) in &flight.facts {
                    div { dt { (name) } dd { (value) } }
                }
            }
        }
    }
}

fn said(verdict: Verdict) -> Markup {
    match verdict {
        Verdict::Empty => html! { "nothing was tested" },
        verdict => signed(verdict.status()),
    }
}

/// Each status that the page shows, how many jobs have it, what it means.
pub(super) fn legend(flight: &Flight) -> Markup {
    html! {
        ul.legend {
            @for status in Status::ALL {
                @let number = flight.having(status);
                @if number > 0 {
                    li { (pill(status)) " " (text::counted(number, "job"))
                        span.meaning { ": " (status.meaning()) } }
                }
            }
        }
    }
}
