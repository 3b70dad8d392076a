// SPDX-License-Identifier: GPL-2.0-only

//! JUnit XML: a suite for each job, a test case for each case.
//!
//! GitLab tells test cases apart by class name and name, and drops all but the
//! first of a pair; shows the text of a failure, not its message; and makes a
//! link of the first `[[ATTACHMENT|path]]` in `system-out`, its path relative
//! to the project.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use chrono::DateTime;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::cases::{Case, Outcome, cases};
use crate::flight::{Flight, Job};
use crate::text::shortened;

/// As much of a detail or a reason as a case gets.
const MOST_TEXT: usize = 4096;

/// As much of it as its message has, which lists show.
const MOST_MESSAGE: usize = 200;

/// The report of `flight`, which is in the project's folder `place`.
pub fn report(flight: &Flight, place: Option<&str>) -> Result<String, quick_junit::SerializeError> {
    let mut report = Report::new(&flight.name);
    if let Some(time) = flight
        .started
        .and_then(|at| DateTime::from_timestamp(at, 0))
    {
        report.set_timestamp(time);
    }
    if let (Some(started), Some(ended)) = (flight.started, flight.ended) {
        report.set_time(Duration::from_secs(started.abs_diff(ended)));
    }
    for job in &flight.jobs {
        let cases = cases(job);
        if !cases.is_empty() {
            report.add_test_suite(suite(job, &cases, place));
        }
    }
    report.to_string()
}

fn suite(job: &Job, cases: &[Case<'_>], place: Option<&str>) -> TestSuite {
    let mut suite = TestSuite::new(&job.name);
    if let Some(time) = job.started.and_then(|at| DateTime::from_timestamp(at, 0)) {
        suite.set_timestamp(time);
    }
    if let Some(seconds) = job.seconds {
        suite.set_time(Duration::from_secs(seconds));
    }
    for (name, value) in &job.runvars {
        suite.add_property((name, value));
    }
    for (sum, name) in &job.hashes {
        suite.add_property((format!("sha256 {name}").as_str(), sum.as_str()));
    }
    let mut named = HashMap::<String, usize>::new();
    for case in cases {
        let mut name = case.name();
        let times = named.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            name = format!("{name} ({times})");
        }
        suite.add_test_case(test_case(job, case, name, place));
    }
    suite
}

fn test_case(job: &Job, case: &Case<'_>, name: String, place: Option<&str>) -> TestCase {
    let log = case.step.and_then(|(_, step)| step.log.as_deref());
    // quick-junit takes tabs for terminal codes.
    let short = |text: &str| shortened(&text.replace('\t', " "), MOST_TEXT);
    let text = short(&case.text);
    let mut status = match case.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Skipped => TestCaseStatus::skipped(),
    };
    status.set_message(shortened(
        text.lines().next().unwrap_or_default(),
        MOST_MESSAGE,
    ));
    if case.outcome == Outcome::Skipped && !text.is_empty() {
        status.set_description(text.as_str());
    }
    if case.outcome == Outcome::Failed {
        let mut description = vec![text];
        // The job's own case has it already.
        if case.step.is_some() && !job.why.is_empty() {
            description.push(short(&job.why));
        }
        description.extend(log.map(|log| format!("log: {}/{log}", job.name)));
        status.set_type(case.status.word());
        status.set_description(description.join("\n"));
    }
    let mut test_case = TestCase::new(name, status);
    test_case.set_classname(&job.name);
    if let (None, Some((_, step))) = (case.test, case.step) {
        if let Some(seconds) = step.seconds {
            test_case.set_time(Duration::from_secs(seconds));
        }
    }
    if let (Outcome::Failed, Some(log), Some(place)) = (case.outcome, log, place) {
        let path = Path::new(place).join(&job.name).join(log);
        test_case.set_system_out(format!("[[ATTACHMENT|{}]]", path.display()));
    }
    test_case
}

#[cfg(test)]
mod tests;
