// SPDX-License-Identifier: GPL-2.0-only

//! What counts, as what: the one place that decides it.
//!
//! A test counts. A step counts itself if it has no tests; if it failed and none
//! of its tests did; and if it was more than a failed test that went wrong. A job
//! counts itself if it did not succeed and nothing of it says so, or if it was
//! cached or is unsupported. What did not run is not counted.

use std::fmt;

use crate::flight::{Flight, Job, Status, Step, TestResult};

/// The name of a job's own case; osstest's reports have it.
pub const JOB_STATUS: &str = "<job status>";

/// What a case counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It passed.
    Passed,
    /// It failed, or could not be run because something else failed.
    Failed,
    /// It was not run, for a reason.
    Skipped,
}

/// Something that counts.
#[derive(Debug)]
pub struct Case<'a> {
    /// The step that it is part of, with its number from 1; nothing for the job's own.
    pub step: Option<(usize, &'a Step)>,
    /// The test; nothing for a step's or the job's own.
    pub test: Option<&'a str>,
    /// What it counts as.
    pub outcome: Outcome,
    /// How it stands, more exactly.
    pub status: Status,
    /// Details, or the reason.
    pub text: String,
}

impl Case<'_> {
    /// What names it within its job.
    pub fn name(&self) -> String {
        match (self.step, self.test) {
            (Some((_, step)), Some(test)) => format!("{}: {test}", step.name),
            (Some((_, step)), None) => step.name.clone(),
            (None, _) => JOB_STATUS.to_owned(),
        }
    }
}

/// The cases of `job`, in order.
pub fn cases(job: &Job) -> Vec<Case<'_>> {
    if job.status == Status::NotRun {
        return Vec::new();
    }
    let cached = job.status == Status::Cached;
    let mut cases: Vec<_> = (1..)
        .zip(&job.steps)
        .filter(|_| !cached)
        .flat_map(|(number, step)| step_cases(number, step))
        .collect();
    let reported = cases.iter().any(|case| case.outcome == Outcome::Failed);
    let outcome = match job.status {
        status if status.is_failure() && !reported => Outcome::Failed,
        Status::Cached | Status::Unsupported => Outcome::Skipped,
        _ => return cases,
    };
    let reason = job.unsupported().unwrap_or(&job.why);
    cases.push(Case {
        step: None,
        test: None,
        outcome,
        status: job.status,
        text: format!("{}: {}", job.status.word(), or_meaning(reason, job.status)),
    });
    cases
}

fn or_meaning(reason: &str, status: Status) -> &str {
    match reason.trim() {
        "" => status.meaning(),
        reason => reason,
    }
}

fn step_cases(number: usize, step: &Step) -> Vec<Case<'_>> {
    let of_step = |test, outcome, status, text: String| Case {
        step: Some((number, step)),
        test,
        outcome,
        status,
        text,
    };
    let cached = step.status == Status::Cached;
    let mut cases: Vec<_> = step
        .tests
        .iter()
        .filter(|_| !cached)
        .map(|test| {
            let (outcome, status) = match test.result {
                TestResult::Ok => (Outcome::Passed, Status::Pass),
                TestResult::Fail => (Outcome::Failed, Status::Fail),
                TestResult::Skip => (Outcome::Skipped, Status::NotRun),
            };
            of_step(
                Some(test.name.as_str()),
                outcome,
                status,
                test.details.clone(),
            )
        })
        .collect();
    let reported = cases.iter().any(|case| case.outcome == Outcome::Failed);
    let own = match step.status {
        Status::Pass if cases.is_empty() => Outcome::Passed,
        Status::Fail if reported => return cases,
        Status::Cached => Outcome::Skipped,
        status if status.is_failure() => Outcome::Failed,
        _ => return cases,
    };
    let text = format!("{}: {}", step.status.word(), step.status.meaning());
    cases.push(of_step(None, own, step.status, text));
    cases
}

/// How many passed, failed and were skipped. Shows as the closing line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// That passed.
    pub passed: usize,
    /// That failed.
    pub failed: usize,
    /// That were skipped.
    pub skipped: usize,
}

impl Counts {
    /// Those of `job`.
    pub fn of_job(job: &Job) -> Counts {
        Counts::of(cases(job))
    }

    /// Those of `flight`.
    pub fn of_flight(flight: &Flight) -> Counts {
        Counts::of(flight.jobs.iter().flat_map(cases))
    }

    fn of<'a>(cases: impl IntoIterator<Item = Case<'a>>) -> Counts {
        let mut counts = Counts::default();
        for case in cases {
            match case.outcome {
                Outcome::Passed => counts.passed += 1,
                Outcome::Failed => counts.failed += 1,
                Outcome::Skipped => counts.skipped += 1,
            }
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

/// The verdict on the flight as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is over, something was tested, and nothing failed.
    Pass,
    /// Something failed.
    Fail,
    /// Nothing failed yet, but it is not over.
    Running,
    /// Nothing was tested.
    Empty,
}

impl Verdict {
    /// The verdict on `flight`.
    pub fn on(flight: &Flight) -> Verdict {
        let any = |status| flight.having(status) > 0;
        if Counts::of_flight(flight).failed > 0 {
            Verdict::Fail
        } else if flight.ended.is_none() || any(Status::Running) {
            Verdict::Running
        } else if any(Status::Pass) || any(Status::Cached) {
            Verdict::Pass
        } else {
            Verdict::Empty
        }
    }

    /// The status that shows as it does.
    pub fn status(self) -> Status {
        match self {
            Verdict::Pass => Status::Pass,
            Verdict::Fail => Status::Fail,
            Verdict::Running => Status::Running,
            Verdict::Empty => Status::NotRun,
        }
    }
}

#[cfg(test)]
mod tests;
