// SPDX-License-Identifier: GPL-2.0-only

//! The command, on the sample flight and what can be wrong with it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use quick_junit::Report;
use tempfile::TempDir;

/// The sample flight, in a folder whose name has a blank.
fn sample() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let flight = dir.path().join("a flight");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sample-flight");
    assert!(
        Command::new(script)
            .arg(&flight)
            .status()
            .unwrap()
            .success()
    );
    (dir, flight)
}

fn report(args: &[&str], flight: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_report"));
    command.args(args).arg(flight).output().unwrap()
}

fn last_line(output: &Output) -> String {
    let said = said(&output.stdout);
    said.lines().last().unwrap_or_default().to_owned()
}

fn said(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A file of a flight.
fn text(flight: &Path, file: &str) -> String {
    fs::read_to_string(flight.join(file)).unwrap()
}

fn append(path: &Path, text: &str) {
    fs::write(path, fs::read_to_string(path).unwrap_or_default() + text).unwrap();
}

#[test]
fn junit_page_and_closing_line_agree() {
    let (dir, flight) = sample();
    let output = report(&["--project", dir.path().to_str().unwrap()], &flight);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output.stderr), "");
    let xml = text(&flight, "junit.xml");
    let junit = Report::deserialize_from_str(&xml).unwrap();
    let passed = junit.tests - junit.failures - junit.skipped;
    let closing = format!(
        "{passed} passed, {} failed, {} skipped",
        junit.failures, junit.skipped
    );
    assert_eq!(last_line(&output), closing);
    let page = text(&flight, "index.html");
    assert!(page.contains(&format!("<p class=\"counts\">{closing}</p>")));
    assert!(xml.contains("[[ATTACHMENT|a flight/battery-arm64-xen4.20-debug/2.ts-battery.log]]"));
}

#[test]
fn every_link_to_a_log_leads_to_a_file() {
    let (_dir, flight) = sample();
    report(&[], &flight);
    let page = text(&flight, "index.html");
    let links: Vec<_> = page
        .split("href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .filter(|link| !link.starts_with('#'))
        .collect();
    assert!(links.len() > 100, "{}", links.len());
    for link in links {
        let path = percent_encoding::percent_decode_str(link)
            .decode_utf8()
            .unwrap();
        assert!(flight.join(&*path).is_file(), "{link}");
    }
}

#[test]
fn a_flight_without_failures_passes() {
    let (_dir, flight) = sample();
    let good = text(&flight, "jobs");
    let is_good = |line: &&str| {
        let job = line.split(' ').next().unwrap();
        let status = fs::read_to_string(flight.join(job).join("status")).unwrap_or_default();
        matches!(status.trim(), "" | "pass" | "cached" | "unsupported")
    };
    let good: Vec<_> = good.lines().filter(is_good).collect();
    fs::write(flight.join("jobs"), good.join("\n")).unwrap();
    let output = report(&[], &flight);
    assert_eq!(output.status.code(), Some(0));
    assert!(last_line(&output).contains(" passed, 0 failed"));
}

#[test]
fn a_flight_that_is_not_over_has_not_passed() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("flight"), "flight=smoke\nstarted=1\n").unwrap();
    fs::write(dir.path().join("jobs"), "lint\nhost\n").unwrap();
    fs::create_dir(dir.path().join("lint")).unwrap();
    fs::write(dir.path().join("lint/status"), "running\n").unwrap();
    let output = report(&[], dir.path());
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        said(&output.stdout),
        "The flight is not over: 1 job at work, 1 not begun.\n0 passed, 0 failed\n"
    );
}

#[test]
fn an_empty_flight_has_not_passed() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("flight"),
        "flight=smoke\nstarted=1\nended=2\n",
    )
    .unwrap();
    fs::write(dir.path().join("jobs"), "").unwrap();
    let output = report(&["--summary"], dir.path());
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output.stdout).ends_with("Nothing was tested.\n0 passed, 0 failed\n"));
    assert!(dir.path().join("index.html").is_file() && dir.path().join("junit.xml").is_file());
}

#[test]
fn a_bad_line_in_a_job_is_reported_with_the_flight() {
    let (_dir, flight) = sample();
    append(&flight.join("lint/tests"), "9\tok\tno-such-step\n");
    let output = report(&[], &flight);
    assert_eq!(output.status.code(), Some(2));
    let stderr = said(&output.stderr);
    assert!(
        stderr.contains("lint/tests:4: found `9 no-such-step`"),
        "{stderr}"
    );
    assert!(
        last_line(&output).contains(" passed, 6 failed"),
        "{}",
        last_line(&output)
    );
    let page = text(&flight, "index.html");
    assert!(page.contains("lint/tests:4: found"));
}

#[test]
fn what_is_no_flight_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let output = report(&[], dir.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output.stderr).contains("flight: found `no such file`"));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    let output = report(&[], &dir.path().join("gone"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn reports_are_replaced_whole_and_can_be_read_by_all() {
    let (_dir, flight) = sample();
    fs::write(flight.join("index.html"), "old").unwrap();
    report(&[], &flight);
    for entry in fs::read_dir(&flight).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(!name.to_string_lossy().starts_with('.'), "{name:?}");
    }
    let about = |file| fs::metadata(flight.join(file)).unwrap();
    let mode = |file| about(file).permissions().mode();
    assert_eq!(mode("index.html"), mode("flight"));
    assert_eq!(mode("junit.xml"), mode("flight"));
    assert!(text(&flight, "index.html").starts_with("<!DOCTYPE html>"));
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let (_dir, flight) = sample();
    fs::create_dir_all(flight.join("junit.xml/in the way")).unwrap();
    let output = report(&[], &flight);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output.stderr).contains("cannot write"),
        "{}",
        said(&output.stderr)
    );
    assert_eq!(said(&output.stdout), "");
}

#[test]
fn usage_is_printed() {
    let flight = Path::new("flight");
    for wrong in [&["--sumary"][..], &["another"], &["--project"]] {
        let output = report(wrong, flight);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(
            said(&output.stderr).contains("Usage: sg-report-flight"),
            "{wrong:?}"
        );
    }
    let help = Command::new(env!("CARGO_BIN_EXE_report"))
        .arg("--help")
        .output()
        .unwrap();
    assert!(help.status.success() && said(&help.stdout).starts_with("Usage: sg-report-flight"));
}
