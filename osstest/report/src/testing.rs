// SPDX-License-Identifier: GPL-2.0-only

//! Flights for the tests.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::flight::{Flight, Job, Status, Step, Test, TestResult};

/// A flight that took ten minutes.
pub(crate) fn flight(jobs: Vec<Job>) -> Flight {
    Flight {
        name: "smoke".to_owned(),
        started: Some(1_000_000_000),
        ended: Some(1_000_000_600),
        facts: vec![("commit".to_owned(), "none".to_owned())],
        tools: Vec::new(),
        jobs,
    }
}

/// A job without whys and files.
pub(crate) fn job(name: &str, status: Status, steps: Vec<Step>) -> Job {
    Job {
        name: name.to_owned(),
        status,
        started: Some(1_000_000_000),
        seconds: Some(61),
        runvars: Vec::new(),
        steps,
        hashes: Vec::new(),
        why: String::new(),
        plots: Vec::new(),
        files: Vec::new(),
    }
}

/// A job of one step, both with this status.
pub(crate) fn one_step(name: &str, status: Status, tests: &[&str]) -> Job {
    job(name, status, vec![step("ts-x", status, tests)])
}

/// A job that failed, all of whose texts are this one.
pub(crate) fn all_named(text: &str) -> Job {
    let mut job = one_step(text, Status::Fail, &["FAIL a"]);
    job.steps[0].name = text.to_owned();
    job.steps[0].tests[0].name = text.to_owned();
    job.steps[0].tests[0].details = text.to_owned();
    job.runvars.push((text.to_owned(), text.to_owned()));
    job.hashes.push(("0a".repeat(32), text.to_owned()));
    job.files.push(text.to_owned());
    job.why = text.to_owned();
    job
}

/// A step with a log, its tests `ok NAME`, `FAIL NAME details` or so.
pub(crate) fn step(name: &str, status: Status, tests: &[&str]) -> Step {
    let test = |line: &&str| {
        let mut words = line.splitn(3, ' ');
        Test {
            result: TestResult::of_word(words.next().unwrap()).unwrap(),
            name: words.next().unwrap().to_owned(),
            details: words.next().unwrap_or_default().to_owned(),
        }
    };
    Step {
        name: name.to_owned(),
        status,
        seconds: Some(7),
        log: Some("log".to_owned()),
        tests: tests.iter().map(test).collect(),
    }
}

/// A directory with these files, paths and contents.
pub(crate) fn dir(files: &[(&str, &str)]) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        write(dir.path(), path, text.as_bytes());
    }
    dir
}

/// Writes a file of a flight's directory.
pub(crate) fn write(dir: &Path, path: &str, bytes: &[u8]) {
    let path = dir.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}
