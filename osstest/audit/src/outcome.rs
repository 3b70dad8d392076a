// SPDX-License-Identifier: GPL-2.0-only

//! What a rule is, and what it says.

use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};

/// One demand on a subject `S`, checked on its own.
#[derive(Debug)]
pub struct Rule<S> {
    /// What the report calls it.
    pub name: &'static str,
    /// Whether the subject meets it.
    pub check: fn(&S) -> Outcome,
}

/// What was seen that meets the rule, or what does not.
pub type Outcome = Result<String, Finding>;

/// What a rule found in place of what it wants.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    /// What is there.
    pub found: String,
    /// What should be.
    pub wanted: String,
}

impl Finding {
    /// A finding, ready to be an [`Outcome`].
    ///
    /// # Errors
    ///
    /// Always: that is what it is for.
    pub fn err(found: impl fmt::Display, wanted: impl fmt::Display) -> Outcome {
        Err(Self {
            found: found.to_string(),
            wanted: wanted.to_string(),
        })
    }
}

/// What a rule says that wants nothing of a kind: `found` is what there is of it.
///
/// # Errors
///
/// If there is something.
pub fn none_of<T: fmt::Display>(
    found: impl IntoIterator<Item = T>,
    seen: impl Into<String>,
    wanted: impl fmt::Display,
) -> Outcome {
    let mut found = found.into_iter().peekable();
    match found.peek() {
        None => Ok(seen.into()),
        Some(_) => Finding::err(some_of(found), wanted),
    }
}

/// Checks `subject` against all of `rules`, a line for each, and returns how
/// many it breaks.
///
/// # Errors
///
/// If the report cannot be written.
pub fn report<S>(rules: &[Rule<S>], subject: &S, out: &mut impl Write) -> io::Result<usize> {
    let mut broken = 0;
    for rule in rules {
        match (rule.check)(subject) {
            Ok(detail) => writeln!(out, "ok {} {detail}", rule.name)?,
            Err(Finding { found, wanted }) => {
                broken += 1;
                writeln!(out, "FAIL {} found {found}, wanted {wanted}", rule.name)?;
            }
        }
    }
    Ok(broken)
}

/// A few of many names, for one line of the report: a panic that becomes
/// reachable brings thousands.
pub fn some_of<T: fmt::Display>(all: impl IntoIterator<Item = T>) -> String {
    const SHOWN: usize = 4;

    let all: Vec<String> = all.into_iter().map(|one| one.to_string()).collect();
    let shown = all[..all.len().min(SHOWN)].join(" ");
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// What a rule says that wants the header's exports and no other; `none` says that there
/// is not one.
///
/// # Errors
///
/// If what is found differs.
pub fn exactly<'a>(
    found: impl Iterator<Item = &'a str>,
    exports: &BTreeSet<String>,
    none: &str,
) -> Outcome {
    let found: BTreeSet<String> = found.map(str::to_owned).collect();
    let wanted = "the exports of the header";
    match found.len() {
        number if found == *exports => Ok(format!("{number} and no other")),
        0 => Finding::err(none, wanted),
        _ => Finding::err(difference(&found, exports), wanted),
    }
}

/// How two sets of names differ, for one line of the report.
fn difference(found: &BTreeSet<String>, wanted: &BTreeSet<String>) -> String {
    let more = found.difference(wanted).cloned();
    let less = wanted.difference(found).map(|name| format!("no {name}"));
    some_of(more.chain(less))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_names_what_is_too_many_and_what_is_missing() {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        assert_eq!(difference(&set(&["a", "b"]), &set(&["b", "c"])), "a no c");
    }

    const RULES: [Rule<u32>; 2] = [
        Rule {
            name: "even",
            check: |n| match n % 2 {
                0 => Ok(format!("{n}")),
                _ => Finding::err(n, "an even number"),
            },
        },
        Rule {
            name: "small",
            check: |n| match n {
                0..10 => Ok("below 10".to_owned()),
                _ => Finding::err(n, "below 10"),
            },
        },
    ];

    fn lines(subject: u32) -> (usize, String) {
        let mut out = Vec::new();
        let broken = report(&RULES, &subject, &mut out).unwrap();
        (broken, String::from_utf8(out).unwrap())
    }

    #[test]
    fn a_line_for_each_rule() {
        assert_eq!(lines(4), (0, "ok even 4\nok small below 10\n".to_owned()));
        assert_eq!(
            lines(11),
            (
                2,
                "FAIL even found 11, wanted an even number\n\
                 FAIL small found 11, wanted below 10\n"
                    .to_owned()
            )
        );
    }

    #[test]
    fn long_lists_are_cut() {
        assert_eq!(some_of([1, 2, 3, 4]), "1 2 3 4");
        assert_eq!(some_of(1..=6), "1 2 3 4 and 2 more");
        assert_eq!(some_of::<u32>([]), "");
    }
}
