// SPDX-License-Identifier: GPL-2.0-only

//! Files of lines, and how to say which line is wrong.

use std::path::{Path, PathBuf};
use std::{fmt, fs, io};

use crate::flight::Var;
use crate::text;

/// What is wrong, where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    file: String,
    line: usize,
    found: String,
    wanted: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        write!(f, ": found {}, wanted {}", self.found, self.wanted)
    }
}

/// A folder of the flight to read from.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    /// The flight's directory.
    pub(super) dir: &'a Path,
    /// A job's folder in it, or nothing.
    pub(super) folder: &'a str,
}

impl Source<'_> {
    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.dir.join(self.folder).join(file)
    }

    /// What is wrong in line `line` (0: in all) of `file`.
    pub(super) fn problem(&self, file: &str, line: usize, found: &str, wanted: &str) -> Problem {
        let file = match self.folder {
            "" => file.to_owned(),
            folder => format!("{folder}/{file}"),
        };
        Problem {
            file,
            line,
            found: format!("`{}`", text::shortened(found, 120)),
            wanted: wanted.to_owned(),
        }
    }

    /// All of `file`; nothing if there is no such file.
    pub(super) fn text(&self, file: &str, wrong: &mut Vec<Problem>) -> Option<String> {
        match fs::read(self.path(file)) {
            Ok(bytes) => Some(text::clean(&bytes)),
            Err(why) if why.kind() == io::ErrorKind::NotFound => None,
            Err(why) => {
                wrong.push(self.problem(file, 0, &why.to_string(), "a file that can be read"));
                None
            }
        }
    }

    /// The one word of `file`, as what it stands for.
    pub(super) fn word<T>(
        &self,
        file: &str,
        wrong: &mut Vec<Problem>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = self.text(file, wrong)?;
        parse(text.trim())
            .map_err(|wanted| wrong.push(self.problem(file, 1, text.trim(), &wanted)))
            .ok()
    }

    /// The lines of `file`, which may be missing, and their numbers; those that
    /// `parse` cannot take are left out, and the first of them is reported.
    pub(super) fn lines<T>(
        &self,
        file: &str,
        wrong: &mut Vec<Problem>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<(usize, T)> {
        let text = self.text(file, wrong).unwrap_or_default();
        let mut first = None;
        let parsed = (1..)
            .zip(text.lines())
            .filter(|(_, line)| !line.trim().is_empty())
            .filter_map(|(number, line)| match parse(line) {
                Ok(parsed) => Some((number, parsed)),
                Err(wanted) => {
                    first.get_or_insert_with(|| self.problem(file, number, line, &wanted));
                    None
                }
            })
            .collect();
        wrong.extend(first);
        parsed
    }

    /// As `lines`, without their numbers.
    pub(super) fn values<T>(
        &self,
        file: &str,
        wrong: &mut Vec<Problem>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<T> {
        let lines = self.lines(file, wrong, parse).into_iter();
        lines.map(|(_, value)| value).collect()
    }

    /// As `lines`, of a file that has to be there.
    pub(super) fn required<T>(
        &self,
        file: &str,
        wrong: &mut Vec<Problem>,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Vec<(usize, T)> {
        if !self.path(file).exists() {
            wrong.push(self.problem(file, 0, "no such file", "a flight's directory"));
        }
        self.lines(file, wrong, parse)
    }
}

/// A line `name=value`.
pub(super) fn var(line: &str) -> Result<Var, String> {
    match line.split_once('=') {
        Some((name, value)) if is_name(name) => Ok((name.to_owned(), value.trim().to_owned())),
        _ => Err("name=value".to_owned()),
    }
}

/// Whether a variable can have this name.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(char::is_whitespace)
}
