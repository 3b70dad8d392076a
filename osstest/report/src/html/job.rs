// SPDX-License-Identifier: GPL-2.0-only

//! A job with its steps and tests, closed as long as there is nothing to see.

use maud::{Markup, html};

use super::pieces::{address, anchor, class, embedded, of_test, pill, sign};
use crate::cases::Counts;
use crate::flight::{Job, Status, Step, Test, TestResult};
use crate::text;

/// As much of a test's details as the page shows.
const MOST_DETAILS: usize = 800;

/// As much of a job's `why`.
const MOST_WHY: usize = 8000;

/// As many of its files.
const MOST_FILES: usize = 40;

/// The job, opened or not.
pub(super) fn job(job: &Job, open: bool) -> Markup {
    html! {
        details class={ "job " (class(job.status)) } open[open] {
            summary {
                (pill(job.status)) " "
                span.name { (job.name) }
                span.aside {
                    @let counts = Counts::of_job(job);
                    @if counts != Counts::default() { (counts) }
                    @if let Some(seconds) = job.seconds { " · " (text::duration(seconds)) }
                }
            }
            // The browser opens what holds the target of a link, but not if
            // the target is what is opened.
            div.inside id=(anchor(&job.name)) {
                @if job.status == Status::Running {
                    @if let Some(started) = job.started { p { "since " (text::moment(started)) } }
                }
                @if !job.why.is_empty() { pre.why { (text::shortened(&job.why, MOST_WHY)) } }
                (plots(job))
                ol.steps { @for step in &job.steps { (self::step(job, step)) } }
                (files(job))
                (runvars(job))
            }
        }
    }
}

fn step(job: &Job, step: &Step) -> Markup {
    let (passed, others): (Vec<&Test>, Vec<_>) = step
        .tests
        .iter()
        .partition(|test| test.result == TestResult::Ok);
    html! {
        li {
            div.step {
                (pill(step.status)) " " span.name { (step.name) }
                span.aside {
                    @if let Some(seconds) = step.seconds { (text::duration(seconds)) }
                    @if let Some(log) = &step.log { " · " a href=(address(&job.name, log)) { "log" } }
                }
            }
            (tests(others))
            @if !passed.is_empty() {
                details.passed {
                    summary { (text::counted(passed.len(), "test")) " passed"
                        @if step.status == Status::Cached { " when it ran" } }
                    (tests(passed))
                }
            }
        }
    }
}

fn tests(tests: Vec<&Test>) -> Markup {
    html! {
        @if !tests.is_empty() {
            ul.tests {
                @for test in tests {
                    @let status = of_test(test.result);
                    li class=(class(status)) {
                        span.sign aria-hidden="true" { (sign(status)) }
                        span.result { (test.result.word()) }
                        span.name { (test.name) }
                        @if !test.details.is_empty() {
                            span.said { (text::shortened(&test.details, MOST_DETAILS)) }
                        }
                    }
                }
            }
        }
    }
}

/// As images, so that whatever is in one does nothing to the page.
fn plots(job: &Job) -> Markup {
    html! {
        @for (file, svg) in &job.plots {
            a.plot href=(address(&job.name, file)) {
                img src=(embedded("image/svg+xml", svg)) alt={ "The plot " (file) } loading="lazy";
            }
        }
    }
}

fn files(job: &Job) -> Markup {
    html! {
        @if !job.files.is_empty() {
            details.files {
                summary { "Logs and other files" }
                ul { @for file in job.files.iter().take(MOST_FILES) {
                    li { a href=(address(&job.name, file)) { (file) } }
                } }
                @if let more @ 1.. = job.files.len().saturating_sub(MOST_FILES) {
                    p { "and " (more) " more in " a href=(address(&job.name, "")) { (job.name) "/" } }
                }
            }
        }
    }
}

fn runvars(job: &Job) -> Markup {
    html! {
        @if !job.runvars.is_empty() {
            details.runvars {
                summary { "Runvars" }
                dl { @for (name, value) in &job.runvars {
                    div { dt { (name) } dd { (value) } }
                } }
            }
        }
    }
}
