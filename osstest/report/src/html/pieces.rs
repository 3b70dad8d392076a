// SPDX-License-Identifier: GPL-2.0-only

//! What every part of the page says in the same way.

use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::flight::{Status, TestResult};

/// What a path may hold as it is; not the colon, which would make it a scheme.
const IN_PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// The address of `file` of job `job`.
pub(super) fn address(job: &str, file: &str) -> String {
    let encoded = |path| utf8_percent_encode(path, IN_PATH);
    format!("{}/{}", encoded(job), encoded(file))
}

/// A file as an address that has all of it.
pub(super) fn embedded(kind: &str, text: &str) -> String {
    let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC);
    format!("data:{kind},{encoded}")
}

/// What a job's part of the page is found by; an id has no blanks.
pub(super) fn anchor(job: &str) -> String {
    format!("job-{}", job.replace(char::is_whitespace, "-"))
}

/// The link to it.
pub(super) fn to_anchor(job: &str) -> String {
    format!("#{}", utf8_percent_encode(&anchor(job), IN_PATH))
}

/// The class that gives a status its colour.
pub(super) fn class(status: Status) -> &'static str {
    match status {
        Status::NotRun => "not-run",
        status => status.word(),
    }
}

/// The sign of a status, for those who cannot tell it by its colour.
pub(super) fn sign(status: Status) -> &'static str {
    match status {
        Status::Fail => "✗",
        Status::Broken => "!",
        Status::Blocked => "⊘",
        Status::Interrupted => "‖",
        Status::Running => "…",
        Status::Pass => "✓",
        Status::Cached => "=",
        Status::Unsupported => "–",
        Status::NotRun => "○",
    }
}

/// Sign and word, in its colour.
pub(super) fn pill(status: Status) -> Markup {
    html! {
        span class={ "pill " (class(status)) } title=(status.meaning()) { (signed(status)) }
    }
}

/// Sign and word.
pub(super) fn signed(status: Status) -> Markup {
    html! { span.sign aria-hidden="true" { (sign(status)) } " " (status.word()) }
}

/// The status that a test's result is shown as.
pub(super) fn of_test(result: TestResult) -> Status {
    match result {
        TestResult::Ok => Status::Pass,
        TestResult::Fail => Status::Fail,
        TestResult::Skip => Status::Unsupported,
    }
}
