// SPDX-License-Identifier: GPL-2.0-only

//! The command line.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser};

use crate::cases::{Counts, Verdict};
use crate::flight::{Flight, Status};
use crate::{html, junit, read, summary, text};

const USAGE: &str = "\
Usage: sg-report-flight [--summary] [--project DIR] FLIGHTDIR

Reports the flight whose results are in FLIGHTDIR: writes junit.xml and
index.html there, and prints, at last, `N passed, N failed`.

  --summary      print a table of the jobs, too, and what failed in them
  --project DIR  the folder that the links of junit.xml to logs are relative to,
                 as GitLab has them
  -h, --help     this

Exit status: 0 all passed, 1 something failed, or the flight is not over, or
nothing was tested, 2 usage, or files that are not as they should be.
";

struct Asked {
    summary: bool,
    project: Option<PathBuf>,
    dir: PathBuf,
}

/// Runs the command with `args` and returns its exit status.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> u8 {
    let done = match parse(args) {
        Ok(Some(asked)) => report(&asked, out, err),
        Ok(None) => write!(out, "{USAGE}").map(|()| 0).map_err(unprinted),
        Err(why) => Err(format!("{why}\n\n{USAGE}")),
    };
    done.unwrap_or_else(|why| {
        // If this fails, there is no other place to report it.
        let _ = writeln!(err, "sg-report-flight: {}", why.trim_end());
        2
    })
}

/// What is asked; nothing if it is help.
fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Option<Asked>, lexopt::Error> {
    let mut parser = Parser::from_args(args);
    let (mut summary, mut project, mut dir) = (false, None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("summary") => summary = true,
            Arg::Long("project") => project = Some(parser.value()?.into()),
            Arg::Value(value) if dir.is_none() => dir = Some(value.into()),
            _ => return Err(arg.unexpected()),
        }
    }
    Ok(Some(Asked {
        summary,
        project,
        dir: dir.ok_or("wanted: a flight's directory")?,
    }))
}

fn report(asked: &Asked, out: &mut impl Write, err: &mut impl Write) -> Result<u8, String> {
    let dir = &asked.dir;
    let named = |why: &dyn std::fmt::Display| format!("{}: {why}", dir.display());
    let read::Read { flight, problems } = read::read(dir).map_err(|why| named(&why))?;
    let place = asked
        .project
        .as_deref()
        .and_then(|project| place(project, dir));
    let xml = junit::report(&flight, place.as_deref()).map_err(|why| named(&why))?;
    write_whole(dir, "junit.xml", &xml)?;
    write_whole(dir, "index.html", &html::page(&flight))?;
    for problem in &problems {
        writeln!(err, "sg-report-flight: {}", named(problem)).map_err(unprinted)?;
    }
    let counts = Counts::of_flight(&flight);
    if asked.summary {
        writeln!(out, "{}", summary::summary(&flight)).map_err(unprinted)?;
    }
    if let Some(reservation) = reservation(&flight) {
        writeln!(out, "{reservation}").map_err(unprinted)?;
    }
    writeln!(out, "{counts}").map_err(unprinted)?;
    Ok(match Verdict::on(&flight) {
        _ if !problems.is_empty() => 2,
        Verdict::Pass => 0,
        _ => 1,
    })
}

/// What the closing line does not say.
fn reservation(flight: &Flight) -> Option<String> {
    match Verdict::on(flight) {
        Verdict::Empty => Some("Nothing was tested.".to_owned()),
        _ if flight.ended.is_none() => Some(format!(
            "The flight is not over: {} at work, {} not begun.",
            text::counted(flight.having(Status::Running), "job"),
            flight.having(Status::NotRun),
        )),
        _ => None,
    }
}

/// Where `dir` is in `project`, if it is there.
fn place(project: &Path, dir: &Path) -> Option<String> {
    let (project, dir) = (fs::canonicalize(project).ok()?, fs::canonicalize(dir).ok()?);
    Some(dir.strip_prefix(project).ok()?.to_str()?.to_owned())
}

/// Writes `file` in `dir` so that whoever reads it finds the old or the new.
fn write_whole(dir: &Path, file: &str, text: &str) -> Result<(), String> {
    let path = dir.join(file);
    let write = || -> io::Result<()> {
        let mut new = tempfile::Builder::new()
            .permissions(Permissions::from_mode(0o666))
            .prefix(&format!(".{file}."))
            .tempfile_in(dir)?;
        new.write_all(text.as_bytes())?;
        new.persist(&path)?;
        Ok(())
    };
    write().map_err(|why| format!("cannot write {}: {why}", path.display()))
}

fn unprinted(why: io::Error) -> String {
    format!("cannot print: {why}")
}
