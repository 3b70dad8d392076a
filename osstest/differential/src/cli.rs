// SPDX-License-Identifier: GPL-2.0-only

//! The command line.

use crate::{
    compare,
    log::{self, Run},
    show::side_by_side,
    shrink,
};
use lexopt::prelude::*;
use std::{
    ffi::OsString,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const HELP: &str = "\
Usage: differential COMMAND --upstream LOG… --component LOG… [-- PROBE…]

Compares the consoles of two runs of the differential guest, on upstream's Xen
and on the Xen with the component. Parts of a run are given in any order, each with its own option.

  episodes   are all episodes the same? Prints those which are not
  kinds      was there each kind of operation, and did it something? Prints how
             often, with the component
  rules      by which rule were how many compared? Prints that with the component; the
             rules are in osstest/guest/src/differential/comparable.rs
  missed     did each server, when it was enabled, receive the invalidations that it
             had missed? Prints how many it had missed and how many of these were
             sent, with the component
  trace      prints the operations of a traced episode side by side
  shrink     prints the mask of the fewest operations of a traced episode that
             still differ. PROBE is run with mask=HEX as one argument more: it
             traces those operations, and ends as `trace` does; what it prints
             is not shown

Exit status: 0 all is the same, 1 not so, 2 usage, or a console is not that of a
whole run.
";

/// Why there is no result.
type Error = Box<dyn std::error::Error>;

/// What is to be compared.
#[derive(Default)]
struct Logs {
    upstream: Vec<PathBuf>,
    component: Vec<PathBuf>,
    probe: Vec<OsString>,
}

/// Runs the command; its exit status.
pub fn run(args: impl Iterator<Item = OsString>, out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    match perform(args, out, err) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(why) => {
            let _nowhere_else = writeln!(err, "differential: {why}");
            2
        }
    }
}

fn perform(
    args: impl Iterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<bool, Error> {
    let mut parser = lexopt::Parser::from_args(args);
    let mut logs = Logs::default();
    let mut command = None;
    while let Some(arg) = parser.next()? {
        match arg {
            Short('h') | Long("help") => {
                out.write_all(HELP.as_bytes())?;
                return Ok(true);
            }
            Long("upstream") => logs.upstream.push(parser.value()?.into()),
            Long("component") => logs.component.push(parser.value()?.into()),
            Value(name) if command.is_none() => command = Some(name.string()?),
            Value(word) => logs.probe.push(word),
            other => return Err(other.unexpected().into()),
        }
    }
    let component = read(&logs.component)?;
    let upstream = || read(&logs.upstream);
    match command.as_deref() {
        Some("episodes") => episodes(&upstream()?, &component, out),
        Some("kinds") => kinds(&component, out),
        Some("rules") => rules(&component, out),
        Some("missed") => missed(&component, out),
        Some("trace") => trace(&upstream()?, &component, out),
        Some("shrink") => shrink(&upstream()?, &component, &logs.probe, out, err),
        _ => Err("which command? --help has them".into()),
    }
}

fn read(paths: &[PathBuf]) -> Result<Run, Error> {
    if paths.is_empty() {
        return Err("a console is missing: --upstream LOG --component LOG".into());
    }
    let read = |path: &PathBuf| -> Result<Run, Error> {
        let name = |why: &dyn std::fmt::Display| format!("{}: {why}", Path::display(path));
        let console = fs::read(path).map_err(|why| name(&why))?;
        Ok(log::parse(&String::from_utf8_lossy(&console)).map_err(|why| name(&why))?)
    };
    Ok(log::join(
        paths.iter().map(read).collect::<Result<Vec<_>, _>>()?,
    ))
}

fn episodes(upstream: &Run, component: &Run, out: &mut dyn Write) -> Result<bool, Error> {
    let differ = compare::episodes(upstream, component)?;
    for episode in &differ {
        writeln!(out, "{episode}")?;
    }
    Ok(differ.is_empty())
}

fn kinds(run: &Run, out: &mut dyn Write) -> Result<bool, Error> {
    let mut all = !run.kinds.is_empty() && run.invalidations > 0;
    for (name, count) in &run.kinds {
        let log::Count {
            performed,
            done,
            invalidations,
        } = count;
        writeln!(out, "{name:20} {performed:8} {done:8} {invalidations:8}")?;
        all &= *done > 0;
    }
    Ok(all)
}

fn rules(run: &Run, out: &mut dyn Write) -> Result<bool, Error> {
    for (name, operations) in &run.rules {
        writeln!(out, "{name} {operations}")?;
    }
    let all: u64 = run.rules.iter().map(|(_, operations)| operations).sum();
    Ok(all == run.operations)
}

fn missed(run: &Run, out: &mut dyn Write) -> Result<bool, Error> {
    let Run { missed, sent, .. } = run;
    writeln!(out, "missed={missed} sent={sent}")?;
    Ok(missed == sent)
}

fn trace(upstream: &Run, component: &Run, out: &mut dyn Write) -> Result<bool, Error> {
    let compared = compare::operations(upstream, component)?;
    out.write_all(side_by_side(&compared).as_bytes())?;
    Ok(compared.iter().all(|op| !op.differs))
}

fn shrink(
    upstream: &Run,
    component: &Run,
    probe: &[OsString],
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<bool, Error> {
    let (program, args) = probe.split_first().ok_or("a PROBE is missing")?;
    let compared = compare::operations(upstream, component)?;
    let first = compared
        .iter()
        .position(|op| op.differs)
        .ok_or("the traces do not differ: there is nothing to shrink")?;
    // Those which end an episode have no bit: they are always there.
    let places = compared[..=first].iter().map(|op| op.upstream.place);
    let places: Vec<u32> = places.filter(|place| *place < u128::BITS).collect();
    let mut looks = 0;
    let mut differs = |places: &[u32]| -> Result<bool, Error> {
        looks += 1;
        writeln!(
            err,
            "Looking whether {} operations still differ",
            places.len()
        )?;
        let status = Command::new(program)
            .args(args)
            .arg(format!("mask={:x}", shrink::mask(places)))
            .stdout(Stdio::null())
            .status()?;
        match status.code() {
            Some(0) => Ok(false),
            Some(1) => Ok(true),
            status => Err(io::Error::other(format!("the probe ended with {status:?}")).into()),
        }
    };
    // What comes after the first difference cannot have caused it; but it must
    // still be there without that, or it is not repeatable.
    if !differs(&places)? {
        return Err("what differs does not differ when it is repeated by itself".into());
    }
    let places = shrink::shrink(places, differs)?;
    writeln!(
        err,
        "{} operations are left, after {looks} looks",
        places.len()
    )?;
    writeln!(out, "{:x}", shrink::mask(&places))?;
    Ok(true)
}

#[cfg(test)]
mod tests;
