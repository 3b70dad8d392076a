// SPDX-License-Identifier: GPL-2.0-only

//! Jobs by steps: a table for each kind of job.

use std::collections::HashMap;

use maud::{Markup, html};

use super::pieces::{address, class, pill, sign, to_anchor};
use crate::cases::Counts;
use crate::flight::{Job, Status, Step};
use crate::text;

/// The kind of a job is its name up to the first dash, if another job shares it.
const ALONE: &str = "other";

/// The tables of all `jobs`.
pub(super) fn grids(jobs: &[Job]) -> Markup {
    html! {
        section.grids {
            h2 { "Jobs by steps" }
            @if jobs.is_empty() { p { "The flight has no jobs." } }
            @for (kind, jobs) in kinds(jobs) { (grid(kind, &jobs)) }
        }
    }
}

fn kind(job: &Job) -> &str {
    job.name.split('-').next().unwrap_or_default()
}

/// The jobs by kind, both in the order in which they first come.
fn kinds(jobs: &[Job]) -> Vec<(&str, Vec<&Job>)> {
    let mut kinds: Vec<(&str, Vec<&Job>)> = Vec::new();
    for job in jobs {
        let shared = jobs.iter().filter(|other| kind(other) == kind(job)).count() > 1;
        let kind = if shared { kind(job) } else { ALONE };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, jobs)) => jobs.push(job),
            None => kinds.push((kind, vec![job])),
        }
    }
    kinds
}

/// A step's name, and for how many times its job has had it before.
type Label<'a> = (&'a str, usize);

fn labelled(job: &Job) -> Vec<(Label<'_>, &Step)> {
    let before = |index: usize, step: &Step| {
        let earlier = job.steps[..index].iter();
        earlier.filter(|other| other.name == step.name).count()
    };
    let steps = job.steps.iter().enumerate();
    steps
        .map(|(index, step)| ((step.name.as_str(), before(index, step)), step))
        .collect()
}

/// The columns of a table: the steps' names, or their places if hardly two jobs
/// have a step in common, as such a table would be mostly empty.
enum Columns<'a> {
    Named(Vec<Label<'a>>),
    Places(usize),
}

impl<'a> Columns<'a> {
    fn of(jobs: &[&'a Job]) -> Columns<'a> {
        let mut labels: Vec<Label<'_>> = Vec::new();
        for job in jobs {
            // A step that is new comes after the one that it came after in its job.
            let mut next = 0;
            for (label, _) in labelled(job) {
                let known = labels.iter().position(|known| *known == label);
                let at = known.unwrap_or_else(|| {
                    labels.insert(next, label);
                    next
                });
                next = at + 1;
            }
        }
        let steps = jobs.iter().map(|job| job.steps.len());
        let most = steps.max().unwrap_or_default();
        if labels.len() > 2 * most {
            Columns::Places(most)
        } else {
            Columns::Named(labels)
        }
    }

    /// The steps of `job`, in the columns.
    fn row(&self, job: &'a Job) -> Vec<Option<&'a Step>> {
        match self {
            Columns::Named(labels) => {
                let steps: HashMap<_, _> = labelled(job).into_iter().collect();
                labels.iter().map(|at| steps.get(at).copied()).collect()
            }
            Columns::Places(most) => (0..*most).map(|place| job.steps.get(place)).collect(),
        }
    }
}

fn grid(kind: &str, jobs: &[&Job]) -> Markup {
    let columns = Columns::of(jobs);
    let named = matches!(columns, Columns::Named(_));
    html! {
        h3 { (kind) }
        section.scroll tabindex="0" aria-label={ (kind) " jobs by steps" } {
            table.named[named] {
                thead { tr {
                    th scope="col" { "job" }
                    th scope="col" { "status" }
                    th.number scope="col" { "time" }
                    th.number scope="col" { "tests" }
                    @match &columns {
                        Columns::Named(labels) => @for (name, _) in labels { (step_head(name)) },
                        Columns::Places(most) => @for place in 1..=*most {
                            th scope="col" { "step " (place) }
                        },
                    }
                } }
                tbody { @for job in jobs { (row(job, &columns)) } }
            }
        }
    }
}

/// The script, and below it what it was given.
fn step_head(name: &str) -> Markup {
    let (script, given) = name.split_once(' ').unwrap_or((name, ""));
    html! { th scope="col" { (script) @if !given.is_empty() { " " small { (given) } } } }
}

fn row(job: &Job, columns: &Columns<'_>) -> Markup {
    let Counts { passed, failed, .. } = Counts::of_job(job);
    // What neither ran nor has a reason not to has no place to link to.
    let link = job.status != Status::NotRun || job.unsupported().is_some();
    html! {
        tr class=(class(job.status)) {
            th scope="row" {
                @if link { a href=(to_anchor(&job.name)) { (job.name) } } @else { (job.name) }
            }
            td.status { (pill(job.status)) }
            td.number.time { @if let Some(seconds) = job.seconds { (text::duration(seconds)) } }
            td.number.counts {
                @if failed > 0 { b { (failed) " failed" } " of " }
                @if passed + failed > 0 {
                    (passed + failed)
                    span.unit { @if passed + failed == 1 { " test" } @else { " tests" } }
                }
            }
            @for step in columns.row(job) { (cell(job, step)) }
        }
    }
}

fn cell(job: &Job, step: Option<&Step>) -> Markup {
    let Some(step) = step else {
        return html! { td.empty {} };
    };
    let word = step.status.word();
    html! {
        td class={ "cell " (class(step.status)) } {
            span.name { (step.name) " " }
            span.sign aria-hidden="true" { (sign(step.status)) } " "
            @match &step.log {
                Some(log) => a href=(address(&job.name, log)) { (word) },
                None => (word),
            }
            @if let Some(seconds) = step.seconds { " " span.time { (text::duration(seconds)) } }
        }
    }
}
