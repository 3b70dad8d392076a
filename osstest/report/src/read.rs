// SPDX-License-Identifier: GPL-2.0-only

//! Reads a flight's directory.
//!
//! Without its files `flight` and `jobs` it is none, and nothing can be
//! reported. What is wrong in a job's folder makes that job broken, and says so
//! in its `why`: a report that is missing hides more than one with a gap.

mod job;
mod lines;

use std::path::Path;

use crate::flight::Flight;
pub use lines::Problem;
use lines::Source;

/// A flight, and what is wrong with its files.
#[derive(Debug)]
pub struct Read {
    /// The flight.
    pub flight: Flight,
    /// What is wrong in its jobs' folders.
    pub problems: Vec<Problem>,
}

/// Reads the flight in `dir`.
pub fn read(dir: &Path) -> Result<Read, Problem> {
    let source = Source { dir, folder: "" };
    let mut wrong = Vec::new();
    let vars = source.required("flight", &mut wrong, lines::var);
    let listed = source.required("jobs", &mut wrong, job::listed);
    if let Some(first) = wrong.into_iter().next() {
        return Err(first);
    }
    let mut flight = Flight {
        name: String::new(),
        started: None,
        ended: None,
        facts: Vec::new(),
        tools: Vec::new(),
        jobs: Vec::new(),
    };
    for (number, (name, value)) in vars {
        let epoch = || {
            value
                .parse()
                .map(Some)
                .map_err(|_| source.problem("flight", number, &value, "seconds since 1970"))
        };
        match name.as_str() {
            "flight" => flight.name = value,
            "started" => flight.started = epoch()?,
            "ended" => flight.ended = epoch()?,
            _ => match name.strip_prefix("tool.") {
                Some(tool) => flight.tools.push((tool.to_owned(), value)),
                None => flight.facts.push((name, value)),
            },
        }
    }
    if flight.name.is_empty() {
        return Err(source.problem("flight", 1, "no line flight=…", "the flight's name"));
    }

    let mut problems = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for (number, (name, vars)) in listed {
        if !seen.insert(name.clone()) {
            return Err(source.problem("jobs", number, &name, "a job only once"));
        }
        let (job, wrong) = job::read(dir, name, vars);
        flight.jobs.push(job);
        problems.extend(wrong);
    }
    Ok(Read { flight, problems })
}

#[cfg(test)]
mod tests;
