// SPDX-License-Identifier: GPL-2.0-only

//! Reads a job's folder.

use std::path::Path;

use super::lines::{Problem, Source, is_name, var};
use crate::flight::{Job, Status, Step, Test, TestResult, Var};

/// What the contract has in a job's folder; all else is a log.
const OWN: [&str; 8] = [
    "runvars", "status", "started", "seconds", "steps", "tests", "hashes", "why",
];

/// A line of make-flight: JOB name=value …. The reason of `unsupported` is the
/// rest of the line; any other value ends at a blank.
pub(super) fn listed(line: &str) -> Result<(String, Vec<Var>), String> {
    let (line, reason) = match line.split_once(" unsupported=") {
        Some((line, reason)) => (line, Some(reason)),
        None => (line, None),
    };
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    if name.contains(['/', '=']) || name.starts_with('.') {
        return Err("JOB name=value …, JOB a name that a folder can have".to_owned());
    }
    let mut vars = words.map(var).collect::<Result<Vec<_>, _>>()?;
    vars.extend(reason.map(|reason| ("unsupported".to_owned(), reason.trim().to_owned())));
    Ok((name.to_owned(), vars))
}

/// Reads the folder of job `name`, which make-flight gave `vars`.
pub(super) fn read(dir: &Path, name: String, vars: Vec<Var>) -> (Job, Vec<Problem>) {
    let source = Source { dir, folder: &name };
    let mut wrong = Vec::new();

    // A test is written after its step: read in the other order, none is without.
    let tests = source.lines("tests", &mut wrong, test);
    let mut steps = source.lines("steps", &mut wrong, |line| step(line, source));
    for (number, (of, test)) in tests {
        match steps.iter_mut().find(|(line, _)| *line == of) {
            Some((_, step)) => step.tests.push(test),
            None => wrong.push(source.problem(
                "tests",
                number,
                &format!("{of} {}", test.name),
                &format!("the number of a line of steps, which has {}", steps.len()),
            )),
        }
    }

    let steps: Vec<_> = steps.into_iter().map(|(_, step)| step).collect();

    let mut runvars = source.values("runvars", &mut wrong, var);
    for (name, value) in vars {
        if !runvars.iter().any(|(has, _)| *has == name) {
            runvars.push((name, value));
        }
    }
    let status = source.word("status", &mut wrong, |word| one_of(word, &Status::ALL[..8]));
    let status = status.unwrap_or(Status::NotRun);
    if status == Status::Pass {
        wrong.extend(contradiction(source, &steps));
    }

    let why = source.text("why", &mut wrong).unwrap_or_default();
    let files = files(&source.path(""));
    let plots = plots(&files, source, &mut wrong);
    let mut job = Job {
        status,
        started: source.word("started", &mut wrong, number),
        seconds: source.word("seconds", &mut wrong, number),
        runvars,
        steps,
        hashes: source.values("hashes", &mut wrong, hash),
        why: why.trim_end().to_owned(),
        plots,
        files,
        name: String::new(),
    };
    if !wrong.is_empty() {
        job.status = Status::Broken;
        let lines: Vec<_> = wrong
            .iter()
            .map(Problem::to_string)
            .chain([job.why])
            .collect();
        job.why = format!(
            "The results are not as they should be.\n{}",
            lines.join("\n")
        );
    }
    job.name = name;
    (job, wrong)
}

/// What is not so in a job that is said to have passed.
fn contradiction(source: Source<'_>, steps: &[Step]) -> Option<Problem> {
    let problem = |found: String| Some(source.problem("status", 1, &found, "no such thing"));
    if steps.is_empty() {
        return problem("pass, of no step".to_owned());
    }
    (1..).zip(steps).find_map(|(number, step)| {
        let failed = step
            .tests
            .iter()
            .find(|test| test.result == TestResult::Fail);
        match (failed, step.status) {
            (Some(test), _) => problem(format!("pass, and FAIL {} in step {number}", test.name)),
            (None, Status::Pass | Status::Cached) => None,
            (None, status) => problem(format!("pass, and step {number} is {}", status.word())),
        }
    })
}

/// NAME TAB status TAB started TAB seconds TAB log
fn step(line: &str, source: Source<'_>) -> Result<Step, String> {
    let fields: Vec<_> = line.split('\t').collect();
    let [name, status, started, seconds, log] = fields[..] else {
        return Err("five fields: NAME, status, started, seconds, log".to_owned());
    };
    const OF_STEPS: [Status; 6] = [
        Status::Fail,
        Status::Broken,
        Status::Interrupted,
        Status::Running,
        Status::Pass,
        Status::Cached,
    ];
    optional::<i64>(started)?;
    if name.trim().is_empty() {
        return Err("a step's name first".to_owned());
    }
    Ok(Step {
        name: name.to_owned(),
        status: one_of(status, &OF_STEPS)?,
        seconds: optional(seconds)?,
        log: (!log.is_empty() && source.path(log).is_file()).then(|| log.to_owned()),
        tests: Vec::new(),
    })
}

/// number TAB result TAB NAME TAB details
fn test(line: &str) -> Result<(usize, Test), String> {
    let mut fields = line.splitn(4, '\t');
    let (of, result, name) = (fields.next(), fields.next(), fields.next());
    let (Some(of), Some(result), Some(name)) = (of, result, name.filter(|name| is_name(name)))
    else {
        return Err("number, ok or FAIL or skip, NAME without blanks, details".to_owned());
    };
    let test = Test {
        result: TestResult::of_word(result).ok_or("ok, FAIL or skip second")?,
        name: name.to_owned(),
        // The `#` of `skip NAME # reason` is no part of the reason.
        details: fields
            .next()
            .unwrap_or_default()
            .trim_start_matches(['#', ' '])
            .trim_end()
            .to_owned(),
    };
    Ok((number(of)?, test))
}

/// sha256, two blanks, name
fn hash(line: &str) -> Result<(String, String), String> {
    match line.split_once("  ") {
        Some((sum, name)) if sum.len() == 64 && sum.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok((sum.to_owned(), name.to_owned()))
        }
        _ => Err("64 hexadecimal digits, two blanks, a name".to_owned()),
    }
}

fn one_of(word: &str, allowed: &[Status]) -> Result<Status, String> {
    allowed
        .iter()
        .copied()
        .find(|status| status.word() == word)
        .ok_or_else(|| {
            let words: Vec<_> = allowed.iter().map(|status| status.word()).collect();
            format!("one of {}", words.join(" "))
        })
}

fn number<T: std::str::FromStr>(word: &str) -> Result<T, String> {
    word.parse().map_err(|_| "a whole number".to_owned())
}

fn optional<T: std::str::FromStr>(word: &str) -> Result<Option<T>, String> {
    (!word.is_empty()).then(|| number(word)).transpose()
}

/// Those of the files that are plots, with what is in them.
fn plots(files: &[String], source: Source<'_>, wrong: &mut Vec<Problem>) -> Vec<Var> {
    files
        .iter()
        .filter(|file| !file.contains('/') && file.ends_with(".svg"))
        .filter_map(|file| Some((file.clone(), source.text(file, wrong)?)))
        .collect()
}

/// The files of `folder` and of the folders in it that are not read here.
fn files(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = names(folder)
        .into_iter()
        .filter(|name| !OWN.contains(&name.as_str()))
        .flat_map(|name| match names(&folder.join(&name)) {
            inside if inside.is_empty() => vec![name],
            inside => inside.iter().map(|file| format!("{name}/{file}")).collect(),
        })
        .filter(|file| folder.join(file).is_file())
        .collect();
    files.sort();
    files
}

/// The names in `folder`; none if it is no folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect()
}
