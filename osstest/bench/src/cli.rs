// SPDX-License-Identifier: GPL-2.0-only

//! The command line.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use crate::figures::{Build, Figures};
use crate::json::json;
use crate::judge::{Verdict, judge};
use crate::limits;
use crate::line;
use crate::plot;
use crate::same::differences;
use crate::table::table;

const USAGE: &str = "\
Usage: bench --title TITLE --limits FILE --out DIR RUN

Judges what operations cost on three builds of Xen. RUN has

  first/BUILD  the lines BENCH of a build: n, upstream, component
  again/BUILD  the same of a second run, which must have the same numbers
  about/BUILD  exact figures of what is not run: sizes
  build/BUILD  figures that are not exact and have no limit: build times

Prints a table, then `ok NAME …` or `FAIL NAME …` for each limit, and writes
bench.json and bench.svg into DIR.

Exit status: 0 all limits hold, 1 some do not, 2 usage, or files that are not as
they should be.
";

struct Asked {
    title: String,
    limits: PathBuf,
    out: PathBuf,
    run: PathBuf,
}

/// Runs the command with `args` and returns its exit status.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> u8 {
    let done = match parse(args) {
        Ok(Some(asked)) => report(&asked, out),
        Ok(None) => write!(out, "{USAGE}").map(|()| 0).map_err(unwritten),
        Err(why) => Err(format!("{why}\n\n{USAGE}")),
    };
    done.unwrap_or_else(|why| {
        // If this fails there is nobody left to read it.
        let _ = writeln!(err, "bench: {}", why.trim_end());
        2
    })
}

/// What is asked; nothing if it is help.
fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Option<Asked>, lexopt::Error> {
    let mut parser = Parser::from_args(args);
    let (mut title, mut limits, mut out, mut run) = (None, None, None, None);
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("title") => title = Some(parser.value()?.string()?),
            Arg::Long("limits") => limits = Some(parser.value()?.into()),
            Arg::Long("out") => out = Some(parser.value()?.into()),
            Arg::Value(value) if run.is_none() => run = Some(value.into()),
            _ => return Err(arg.unexpected()),
        }
    }
    match (title, limits, out, run) {
        (Some(title), Some(limits), Some(out), Some(run)) => Ok(Some(Asked {
            title,
            limits,
            out,
            run,
        })),
        _ => Err("wanted: --title, --limits, --out and a folder".into()),
    }
}

fn report(asked: &Asked, out: &mut impl Write) -> Result<u8, String> {
    let limits = limits::read(&text(&asked.limits)?)
        .map_err(|why| format!("{}: {why}", asked.limits.display()))?;
    let (mut figures, mut again) = (Figures::default(), Figures::default());
    add(&mut figures, &asked.run.join("first"))?;
    add(&mut again, &asked.run.join("again"))?;
    let mut verdicts = vec![same(&figures, &again)];
    add(&mut figures, &asked.run.join("about"))?;
    verdicts.push(complete(&figures));
    figures.derive()?;
    verdicts.extend(judge(&figures, &limits));
    // Added after the judging, so that no limit can apply to them.
    add(&mut figures, &asked.run.join("build"))?;

    let mut report = table(&figures);
    report.push('\n');
    for verdict in &verdicts {
        report.push_str(&format!("{verdict}\n"));
    }
    out.write_all(report.as_bytes()).map_err(unwritten)?;
    write(
        &asked.out.join("bench.json"),
        &json(&asked.title, &figures, &verdicts),
    )?;
    write(
        &asked.out.join("bench.svg"),
        &plot::svg(&asked.title, &figures)?,
    )?;
    Ok(u8::from(verdicts.iter().any(|verdict| !verdict.holds)))
}

fn same(first: &Figures, again: &Figures) -> Verdict {
    let found = differences(first, again);
    Verdict {
        holds: found.is_empty(),
        name: "twice-the-same".to_owned(),
        details: match &found[..] {
            [] => format!("{} figures in two runs", first.iter().count()),
            [one] => one.clone(),
            [one, more @ ..] => format!("{one}; and {} more", more.len()),
        },
    }
}

fn complete(figures: &Figures) -> Verdict {
    let missing = figures.missing();
    Verdict {
        holds: missing.is_empty(),
        name: "complete".to_owned(),
        details: match &missing[..] {
            [] => "no build lacks a figure that another has".to_owned(),
            missing => format!("there is no {}", missing.join(", no ")),
        },
    }
}

/// Adds the figures of a folder, which has a file for each build.
fn add(figures: &mut Figures, dir: &Path) -> Result<(), String> {
    Build::ALL
        .into_iter()
        .try_for_each(|build| figures.add(build, lines(dir, build)?))
}

fn lines(dir: &Path, build: Build) -> Result<Vec<line::Line>, String> {
    let file = dir.join(build.name());
    let named = |why: String| format!("{}: {why}", file.display());
    let lines = line::read(&text(&file)?).map_err(named)?;
    match lines.is_empty() {
        true => Err(named("no line BENCH".to_owned())),
        false => Ok(lines),
    }
}

fn text(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|why| format!("{}: {why}", file.display()))
}

fn write(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|why| format!("{}: {why}", file.display()))
}

fn unwritten(why: io::Error) -> String {
    format!("cannot write the report: {why}")
}

#[cfg(test)]
mod tests;
