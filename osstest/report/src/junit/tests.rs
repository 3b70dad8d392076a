// SPDX-License-Identifier: GPL-2.0-only

use quick_junit::Property;

use super::*;
use crate::cases::Counts;
use crate::flight::Status;
use crate::testing::{all_named, flight, job, one_step, step};

/// What a reader of the XML gets.
fn read(flight: &Flight, place: Option<&str>) -> Report {
    Report::deserialize_from_str(&report(flight, place).unwrap()).unwrap()
}

/// The cases of a flight's only job.
fn test_cases(job: Job, place: Option<&str>) -> Vec<TestCase> {
    let mut report = read(&flight(vec![job]), place);
    report.test_suites.remove(0).test_cases
}

fn names(suite: &TestSuite) -> Vec<&str> {
    suite
        .test_cases
        .iter()
        .map(|case| case.name.as_str())
        .collect()
}

/// The type and the text of a case that failed.
fn failure(case: &TestCase) -> (&str, &str) {
    match &case.status {
        TestCaseStatus::NonSuccess {
            ty, description, ..
        } => (ty.as_deref().unwrap(), description.as_deref().unwrap()),
        other => panic!("no failure: {other:?}"),
    }
}

#[test]
fn a_suite_is_a_job_and_a_case_is_named_after_step_and_test() {
    let mut lint = one_step("lint", Status::Pass, &["ok a"]);
    lint.runvars.push(("arch".to_owned(), "arm64".to_owned()));
    lint.hashes.push(("0a".repeat(32), "xen".to_owned()));
    let none = job("none", Status::NotRun, Vec::new());
    let report = read(&flight(vec![lint, none]), None);
    assert_eq!(report.name.unwrap().as_str(), "smoke");
    assert_eq!(report.time, Some(Duration::from_secs(600)));
    let [suite] = &report.test_suites[..] else {
        panic!("a job that did not run has none")
    };
    assert_eq!(suite.name.as_str(), "lint");
    assert_eq!(suite.time, Some(Duration::from_secs(61)));
    assert_eq!(suite.properties[0], Property::new("arch", "arm64"));
    assert_eq!(
        suite.properties[1],
        Property::new("sha256 xen", "0a".repeat(32))
    );
    assert_eq!(names(suite), ["ts-x: a"]);
    assert_eq!(suite.test_cases[0].classname.as_deref(), Some("lint"));
}

#[test]
fn no_two_cases_have_one_name() {
    let tests = ["ok a", "FAIL a why", "ok a"];
    let steps = vec![
        step("ts-x", Status::Fail, &tests),
        step("ts-x pcpus=2", Status::Pass, &["ok a"]),
        step("ts-x", Status::Pass, &["ok a"]),
    ];
    let report = read(&flight(vec![job("j", Status::Fail, steps)]), None);
    assert_eq!(
        names(&report.test_suites[0]),
        [
            "ts-x: a",
            "ts-x: a (2)",
            "ts-x: a (3)",
            "ts-x pcpus=2: a",
            "ts-x: a (4)"
        ]
    );
}

#[test]
fn a_failure_says_what_why_and_where() {
    let mut failed = one_step("j", Status::Fail, &["FAIL a details"]);
    failed.why = "log:7: FAIL a".to_owned();
    let case = &test_cases(failed, Some("out/osstest/smoke"))[0];
    assert_eq!(
        failure(case),
        ("fail", "details\nlog:7: FAIL a\nlog: j/log")
    );
    assert_eq!(
        case.system_out.as_deref(),
        Some("[[ATTACHMENT|out/osstest/smoke/j/log]]")
    );
}

#[test]
fn without_a_project_or_a_log_nothing_is_attached() {
    let failed = || one_step("j", Status::Fail, &["FAIL a", "ok b"]);
    let mut gone = failed();
    gone.steps[0].log = None;
    assert_eq!(test_cases(failed(), None)[0].system_out, None);
    assert_eq!(test_cases(gone, Some("out"))[0].system_out, None);
    let passed = &test_cases(failed(), Some("out"))[1];
    assert_eq!(passed.system_out, None);
}

#[test]
fn a_job_of_no_step_says_why_itself() {
    let mut blocked = job("j", Status::Blocked, Vec::new());
    blocked.why = "It needs b.".to_owned();
    let case = &test_cases(blocked, None)[0];
    assert_eq!(case.name.as_str(), "<job status>");
    assert_eq!(failure(case), ("blocked", "blocked: It needs b."));
}

#[test]
fn what_is_skipped_has_its_reason_where_gitlab_looks() {
    let skipped = one_step("j", Status::Pass, &["skip a no board"]);
    match &test_cases(skipped, None)[0].status {
        TestCaseStatus::Skipped {
            message,
            description,
            ..
        } => {
            assert_eq!(message.as_deref(), Some("no board"));
            assert_eq!(description.as_deref(), Some("no board"));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_step_that_is_a_case_has_its_time() {
    let steps = vec![
        step("ts-x", Status::Pass, &[]),
        step("ts-y", Status::Pass, &["ok a"]),
    ];
    let cases = test_cases(job("j", Status::Pass, steps), None);
    assert_eq!(cases[0].time, Some(Duration::from_secs(7)));
    assert_eq!(cases[1].time, None, "nobody measured it");
}

#[test]
fn any_text_makes_xml() {
    let odd = "<&>\"' ]]> \u{1b}[1mbold\u{1b}[0m \u{0}\u{8}\u{b}\u{1f} \ttab ä";
    let report = read(&flight(vec![all_named(odd)]), None);
    let suite = &report.test_suites[0];
    assert!(
        suite.name.starts_with("<&>\"' ]]> bold "),
        "{}",
        suite.name.as_str()
    );
    assert!(
        failure(&suite.test_cases[0])
            .1
            .starts_with("<&>\"' ]]> bold   tab ä")
    );
}

#[test]
fn what_is_too_long_is_cut_but_says_so() {
    let mut failed = one_step("j", Status::Fail, &["FAIL a"]);
    failed.steps[0].tests[0].details = "x".repeat(1 << 20);
    let xml = report(&flight(vec![failed]), None).unwrap();
    assert!(xml.len() < 6_000, "{}", xml.len());
    assert!(xml.contains("1044480 characters more in the log"));
}

#[test]
fn the_sums_are_those_of_the_closing_line() {
    let mixed = ["ok a", "FAIL b why", "skip c", "ok d"];
    let flight = flight(vec![
        job(
            "a",
            Status::Fail,
            vec![step("ts-x", Status::Broken, &mixed)],
        ),
        job("b", Status::Blocked, Vec::new()),
        one_step("c", Status::Cached, &["ok a"]),
        job("d", Status::NotRun, Vec::new()),
    ]);
    let report = read(&flight, None);
    let Counts {
        passed,
        failed,
        skipped,
    } = Counts::of_flight(&flight);
    assert_eq!((passed, failed, skipped), (2, 3, 2));
    assert_eq!(
        (report.tests, report.failures, report.errors),
        (passed + failed + skipped, failed, 0)
    );
    assert_eq!(report.skipped, skipped);
}

#[test]
fn an_empty_flight_is_an_empty_report() {
    assert_eq!(read(&flight(Vec::new()), None).tests, 0);
}
