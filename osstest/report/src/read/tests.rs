// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::flight::{Status, TestResult};
use crate::testing;

/// A flight of one job that passed, with `files` more or instead.
fn with(files: &[(&str, &str)]) -> Result<Read, Problem> {
    let dir = testing::dir(&[
        ("flight", "flight=smoke\nstarted=100\nended=160\n"),
        ("jobs", "lint recipe=lint\n"),
        ("lint/runvars", "job=lint\nrecipe=lint\n"),
        ("lint/status", "pass\n"),
        ("lint/steps", "ts-lint\tpass\t100\t7\t1.log\n"),
        ("lint/1.log", "said\n"),
        ("lint/tests", "1\tok\trustfmt\n1\tok\tclippy\tand more\n"),
    ]);
    for (path, text) in files {
        testing::write(dir.path(), path, text.as_bytes());
    }
    read(dir.path())
}

/// The flight that is none because of these files.
fn fatal(files: &[(&str, &str)]) -> String {
    with(files).unwrap_err().to_string()
}

/// What is reported of the files of a job, although the flight can be reported.
fn reported(files: &[(&str, &str)]) -> String {
    let read = with(files).unwrap();
    let [problem] = &read.problems[..] else {
        panic!("{:?}", read.problems);
    };
    let job = &read.flight.jobs[0];
    assert_eq!(job.status, Status::Broken);
    assert!(job.why.contains(&problem.to_string()), "{}", job.why);
    problem.to_string()
}

#[test]
fn a_flight_is_read_as_it_is() {
    let read = with(&[
        (
            "flight",
            "flight=full\nstarted=100\nended=160\ncommit=none\ntool.qemu=QEMU = 7.2\n",
        ),
        ("jobs", "lint recipe=lint\nhost recipe=host\n"),
        ("lint/hashes", &format!("{}  xen/xen\n", "0a".repeat(32))),
        ("lint/ts-lint/console.log", "(XEN)\n"),
        ("lint/ts-lint/too/deep", ""),
        ("lint/seconds", "7\n"),
        ("lint/started", "100\n"),
    ])
    .unwrap();
    assert_eq!(read.problems, []);
    let flight = read.flight;
    assert_eq!(
        (flight.name.as_str(), flight.started, flight.ended),
        ("full", Some(100), Some(160))
    );
    assert_eq!(flight.tools, [("qemu".to_owned(), "QEMU = 7.2".to_owned())]);
    assert_eq!(flight.facts, [("commit".to_owned(), "none".to_owned())]);
    let [lint, host] = &flight.jobs[..] else {
        panic!()
    };
    assert_eq!((lint.status, host.status), (Status::Pass, Status::NotRun));
    assert_eq!((lint.seconds, lint.started), (Some(7), Some(100)));
    assert_eq!(lint.steps[0].log.as_deref(), Some("1.log"));
    assert_eq!(lint.steps[0].tests[1].details, "and more");
    assert_eq!(lint.hashes[0].1, "xen/xen");
    assert_eq!(lint.files, ["1.log", "ts-lint/console.log"]);
}

#[test]
fn a_reason_is_the_rest_of_its_line() {
    let read = with(&[(
        "jobs",
        "lint recipe=lint\nodd board=x unsupported=needs QEMU=9, not 7\n",
    )]);
    let flight = read.unwrap().flight;
    assert_eq!(flight.jobs[1].unsupported(), Some("needs QEMU=9, not 7"));
    assert_eq!(flight.jobs[0].unsupported(), None);
}

#[test]
fn tests_belong_to_the_step_of_their_line() {
    let read = with(&[
        ("lint/steps", "ts-a\tpass\t1\t1\t\nts-b p=2\tpass\t2\t\t\n"),
        ("lint/tests", "2\tskip\tb\t# reason\n1\tok\ta\n"),
    ]);
    let steps = read.unwrap().flight.jobs.remove(0).steps;
    assert_eq!(
        (
            steps[0].tests[0].name.as_str(),
            steps[1].tests[0].name.as_str()
        ),
        ("a", "b")
    );
    assert_eq!(steps[1].tests[0].result, TestResult::Skip);
    assert_eq!(steps[1].tests[0].details, "reason");
    assert_eq!((steps[1].seconds, &steps[1].log), (None, &None));
}

#[test]
fn a_log_that_is_not_there_is_not_named() {
    let read = with(&[("lint/steps", "ts-lint\tpass\t100\t7\tgone.log\n")]).unwrap();
    assert_eq!(read.flight.jobs[0].steps[0].log, None);
}

#[test]
fn no_flight_without_its_files() {
    let none = testing::dir(&[]);
    assert_eq!(
        read(none.path()).unwrap_err().to_string(),
        "flight: found `no such file`, wanted a flight's directory"
    );
    let no_jobs = testing::dir(&[("flight", "flight=smoke\n")]);
    assert!(
        read(no_jobs.path())
            .unwrap_err()
            .to_string()
            .starts_with("jobs: ")
    );
}

#[test]
fn a_flight_has_lines_that_can_be_read() {
    assert_eq!(
        fatal(&[("flight", "flight=smoke\n\nstarted soon\n")]),
        "flight:3: found `started soon`, wanted name=value"
    );
    assert_eq!(
        fatal(&[("flight", "flight=smoke\nstarted=soon\n")]),
        "flight:2: found `soon`, wanted seconds since 1970"
    );
    assert!(fatal(&[("flight", "started=1\n")]).ends_with("wanted the flight's name"));
    assert!(fatal(&[("jobs", "lint\nlint\n")]).starts_with("jobs:2: "));
    for name in ["..", ".git", "a/b", "a=b"] {
        let jobs = format!("lint\n{name} x=y\n");
        assert!(fatal(&[("jobs", &jobs)]).starts_with("jobs:2: "), "{name}");
    }
    assert!(fatal(&[("jobs", "lint x\n")]).starts_with("jobs:1: "));
}

#[test]
fn a_job_has_lines_that_can_be_read() {
    for (file, text, wanted) in [
        (
            "steps",
            "ts-lint pass\n",
            "lint/steps:1: found `ts-lint pass`, wanted five fields",
        ),
        (
            "steps",
            "ts-lint\tpassed\t1\t1\t\n",
            "wanted one of fail broken",
        ),
        (
            "steps",
            "ts-lint\tblocked\t1\t1\t\n",
            "wanted one of fail broken",
        ),
        ("steps", "ts-lint\tpass\t1\t-1\t\n", "wanted a whole number"),
        (
            "steps",
            "ts-lint\tpass\tsoon\t1\t\n",
            "wanted a whole number",
        ),
        (
            "tests",
            "1\tok\ta\n1\tOK\tb\n",
            "lint/tests:2: found `1\tOK\tb`, wanted ok, FAIL or skip",
        ),
        (
            "tests",
            "1\tok\n",
            "wanted number, ok or FAIL or skip, NAME",
        ),
        (
            "tests",
            "1\tok\ttwo words\n",
            "wanted number, ok or FAIL or skip, NAME",
        ),
        ("tests", "first\tok\ta\n", "wanted a whole number"),
        (
            "tests",
            "\n2\tok\ta\n",
            "lint/tests:2: found `2 a`, wanted the number of a line of steps",
        ),
        (
            "tests",
            "0\tok\ta\n",
            "wanted the number of a line of steps",
        ),
        (
            "status",
            "fine\n",
            "lint/status:1: found `fine`, wanted one of fail broken",
        ),
        ("status", "", "wanted one of fail broken"),
        ("started", "soon\n", "lint/started:1: "),
        (
            "seconds",
            "1.5\n",
            "lint/seconds:1: found `1.5`, wanted a whole number",
        ),
        (
            "runvars",
            "recipe\n",
            "lint/runvars:1: found `recipe`, wanted name=value",
        ),
        (
            "hashes",
            "abc  xen\n",
            "lint/hashes:1: found `abc  xen`, wanted 64 hexadecimal digits",
        ),
    ] {
        let path = format!("lint/{file}");
        let line = match file {
            // Its tests would be of no step.
            "steps" => with(&[(&path, text), ("lint/tests", "")]).unwrap().problems[0].to_string(),
            _ => reported(&[(&path, text)]),
        };
        assert!(line.contains(wanted), "{line}");
    }
}

#[test]
fn what_can_be_read_beside_a_bad_line_is_reported() {
    let read = with(&[("lint/tests", "1\tok\ta\nnoise\n1\tFAIL\tb\twhy\n")]).unwrap();
    let names: Vec<_> = read.flight.jobs[0].steps[0]
        .tests
        .iter()
        .map(|test| &test.name)
        .collect();
    assert_eq!(names, ["a", "b"]);
    assert!(reported(&[("lint/tests", "1\tok\ta\nnoise\nnoise\n")]).starts_with("lint/tests:2: "));
}

#[test]
fn a_job_that_passed_must_have_passed() {
    assert!(
        reported(&[("lint/tests", "1\tFAIL\trustfmt\n")])
            .contains("pass, and FAIL rustfmt in step 1")
    );
    let steps = |status| format!("ts-lint\t{status}\t1\t1\t\n");
    assert!(reported(&[("lint/steps", &steps("broken"))]).contains("pass, and step 1 is broken"));
    assert!(reported(&[("lint/steps", &steps("running"))]).contains("pass, and step 1 is running"));
    assert!(reported(&[("lint/steps", ""), ("lint/tests", "")]).contains("pass, of no step"));
    assert_eq!(
        with(&[("lint/steps", &steps("cached"))]).unwrap().problems,
        []
    );
}

#[test]
fn noise_of_a_console_does_no_harm() {
    let dir = testing::dir(&[
        ("flight", "flight=smoke\n"),
        ("jobs", "odd\n"),
        ("odd/status", "fail\n"),
    ]);
    testing::write(dir.path(), "odd/steps", b"ts-x\tfail\t1\t1\t\n");
    testing::write(
        dir.path(),
        "odd/tests",
        b"1\tFAIL\ta\t\x1b[31m\xff\x00red\x1b[0m\r\n",
    );
    testing::write(dir.path(), "odd/why", b"a\tb\x07\n");
    let read = read(dir.path()).unwrap();
    assert_eq!(read.problems, []);
    assert_eq!(read.flight.jobs[0].steps[0].tests[0].details, "\u{fffd}red");
    assert_eq!(read.flight.jobs[0].why, "a\tb");
}

#[test]
fn a_plot_is_an_svg_of_the_job_itself() {
    let read = with(&[
        ("lint/bench.svg", "<svg/>\n"),
        ("lint/deeper/other.svg", "<svg/>\n"),
    ]);
    let lint = &read.unwrap().flight.jobs[0];
    assert_eq!(
        lint.plots,
        [("bench.svg".to_owned(), "<svg/>\n".to_owned())]
    );
}
