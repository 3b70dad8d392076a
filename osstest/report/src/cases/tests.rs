// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing::{flight, job, one_step, step};

fn names(job: &Job) -> Vec<(String, Outcome)> {
    let cases = cases(job).into_iter();
    cases.map(|case| (case.name(), case.outcome)).collect()
}

fn line(job: &Job) -> String {
    Counts::of_job(job).to_string()
}

#[test]
fn a_test_counts_as_what_it_is() {
    let tests = ["ok a", "ok b", "FAIL c why", "skip d reason"];
    let job = one_step("j", Status::Fail, &tests);
    assert_eq!(line(&job), "2 passed, 1 failed, 1 skipped");
    assert_eq!(names(&job)[2], ("ts-x: c".to_owned(), Outcome::Failed));
    assert_eq!(cases(&job)[3].text, "reason");
}

#[test]
fn nothing_skipped_is_not_mentioned() {
    let job = one_step("j", Status::Pass, &["ok a"]);
    assert_eq!(line(&job), "1 passed, 0 failed");
}

#[test]
fn a_step_without_tests_is_one() {
    let passed = job(
        "j",
        Status::Pass,
        vec![step("ts-x pcpus=2", Status::Pass, &[])],
    );
    assert_eq!(
        names(&passed),
        [("ts-x pcpus=2".to_owned(), Outcome::Passed)]
    );
    let failed = one_step("j", Status::Fail, &[]);
    assert_eq!(line(&failed), "0 passed, 1 failed");
}

#[test]
fn a_step_that_failed_without_a_failed_test_is_a_failure() {
    let job = one_step("j", Status::Fail, &["ok a"]);
    assert_eq!(names(&job)[1], ("ts-x".to_owned(), Outcome::Failed));
    assert_eq!(line(&job), "1 passed, 1 failed");
}

#[test]
fn what_is_more_than_a_failed_test_counts_beside_it() {
    for status in [Status::Broken, Status::Interrupted] {
        let job = one_step("j", status, &["FAIL a why"]);
        assert_eq!(line(&job), "0 passed, 2 failed", "{status:?}");
    }
}

#[test]
fn a_job_that_did_not_succeed_is_a_failure_once() {
    for status in [
        Status::Fail,
        Status::Broken,
        Status::Blocked,
        Status::Interrupted,
    ] {
        let bare = job("j", status, Vec::new());
        assert_eq!(names(&bare), [(JOB_STATUS.to_owned(), Outcome::Failed)]);
        let failed = job(
            "j",
            status,
            vec![step("ts-x", Status::Fail, &["FAIL a why"])],
        );
        assert_eq!(line(&failed), "0 passed, 1 failed");
    }
}

#[test]
fn cached_tests_do_not_pass() {
    let whole = one_step("loom", Status::Cached, &["ok a", "ok b"]);
    assert_eq!(line(&whole), "0 passed, 0 failed, 1 skipped");
    // Not even if the steps still say so.
    let steps = vec![step("ts-loom", Status::Pass, &["ok a", "ok b"])];
    assert_eq!(
        line(&job("loom", Status::Cached, steps)),
        "0 passed, 0 failed, 1 skipped"
    );
    let cached = step("ts-a", Status::Cached, &["ok a"]);
    let part = job(
        "j",
        Status::Pass,
        vec![cached, step("ts-b", Status::Pass, &["ok b"])],
    );
    assert_eq!(line(&part), "1 passed, 0 failed, 1 skipped");
}

#[test]
fn an_unsupported_job_is_skipped_with_its_reason() {
    let mut job = job("j", Status::Unsupported, Vec::new());
    job.runvars
        .push(("unsupported".to_owned(), "no such board".to_owned()));
    assert_eq!(line(&job), "0 passed, 0 failed, 1 skipped");
    assert_eq!(cases(&job)[0].text, "unsupported: no such board");
}

#[test]
fn what_did_not_run_or_is_not_over_does_not_count() {
    // Not even what it left when it ran before.
    let left = vec![step("ts-x", Status::Pass, &["ok a"])];
    assert_eq!(cases(&job("j", Status::NotRun, left)).len(), 0);
    let running = one_step("j", Status::Running, &["ok a"]);
    assert_eq!(line(&running), "1 passed, 0 failed");
    let just_begun = one_step("j", Status::Running, &[]);
    assert_eq!(cases(&just_begun).len(), 0);
}

#[test]
fn a_verdict_takes_all_jobs_into_account() {
    let pass = || one_step("a", Status::Pass, &["ok a"]);
    let with = |status| Verdict::on(&flight(vec![pass(), job("b", status, Vec::new())]));
    assert_eq!(with(Status::Cached), Verdict::Pass);
    assert_eq!(with(Status::Unsupported), Verdict::Pass);
    assert_eq!(with(Status::NotRun), Verdict::Pass);
    assert_eq!(with(Status::Running), Verdict::Running);
    assert_eq!(with(Status::Fail), Verdict::Fail);
    assert_eq!(with(Status::Broken), Verdict::Fail);
    assert_eq!(with(Status::Blocked), Verdict::Fail);
    assert_eq!(with(Status::Interrupted), Verdict::Fail);
}

#[test]
fn a_flight_passes_only_when_over_and_not_of_nothing() {
    let pass = || one_step("a", Status::Pass, &["ok a"]);
    let mut flying = flight(vec![pass()]);
    flying.ended = None;
    assert_eq!(Verdict::on(&flying), Verdict::Running);
    assert_eq!(Verdict::on(&flight(Vec::new())), Verdict::Empty);
    let cached = job("a", Status::Cached, Vec::new());
    assert_eq!(Verdict::on(&flight(vec![cached])), Verdict::Pass);
    let unsupported = job("a", Status::Unsupported, Vec::new());
    assert_eq!(Verdict::on(&flight(vec![unsupported])), Verdict::Empty);
}
