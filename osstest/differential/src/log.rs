// SPDX-License-Identifier: GPL-2.0-only

//! What a console says.

use std::{collections::BTreeMap, fmt};

/// An operation and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Op {
    /// Its place in the episode: a bit of the mask.
    pub place: u32,
    /// What was done, by which vCPU: `v2 decrease 3`.
    pub what: String,
    /// What came of it, as it is compared: `2 | before=0,0 invalidations>=1,0`.
    pub outcome: String,
    /// What that hides, for the reader: `invalidations=2,0`.
    pub hidden: String,
}

/// How often there was a kind of operation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Performed.
    pub performed: u64,
    /// Of these, did what they are there for.
    pub done: u64,
    /// Invalidations.
    pub invalidations: u64,
}

/// A run: what the guest said on the console.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// The seed, as it was said.
    pub seed: String,
    /// The digest of each episode, by number.
    pub episodes: BTreeMap<u64, String>,
    /// The operations, if they were traced.
    pub ops: Vec<Op>,
    /// How often there was what, by kind.
    pub kinds: BTreeMap<String, Count>,
    /// Operations by the rule by which they are compared, in order of strictness.
    pub rules: Vec<(String, u64)>,
    /// All operations.
    pub operations: u64,
    /// All invalidations.
    pub invalidations: u64,
    /// For how many vCPUs and servers the server was disabled when an invalidation
    /// was sent, and was enabled later.
    pub missed: u64,
    /// To how many of these it was sent when the server was enabled.
    pub sent: u64,
}

impl Run {
    fn add_rule(&mut self, name: String, operations: u64) {
        match self.rules.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum += operations,
            None => self.rules.push((name, operations)),
        }
    }
}

/// Why a console is not that of a whole run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incomplete {
    /// The line that says so, from 1; the last for one that is missing.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// The number of `name=number` among the words.
fn number(words: &str, name: &str) -> Option<u64> {
    words
        .split(' ')
        .filter_map(|word| word.split_once('='))
        .find(|(is, _)| *is == name)
        .and_then(|(_, value)| value.parse().ok())
}

/// Reads a console.
pub fn parse(console: &str) -> Result<Run, Incomplete> {
    let mut run = Run::default();
    let (mut begun, mut promised, mut ended) = (false, 0, false);
    let mut last = 0;
    for (n, line) in console.lines().enumerate() {
        last = n + 1;
        let line = line.trim_end_matches('\r');
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let understood = match word {
            "DIFFERENTIAL" if rest.starts_with("begin ") => {
                begun = true;
                promised = number(rest, "episodes").unwrap_or(0);
                number(rest, "seed").map(|seed| run.seed = seed.to_string())
            }
            "OP" => op(rest).map(|op| run.ops.push(op)),
            "EPISODE" => episode(rest).map(|(n, digest)| run.episodes.extend([(n, digest)])),
            "KIND" => kind(rest).map(|(name, count)| run.kinds.extend([(name, count)])),
            "RULE" => rule(rest).map(|(name, operations)| run.add_rule(name, operations)),
            "DIFFERENTIAL" => {
                ended = true;
                total(rest).map(|total| {
                    [run.operations, run.invalidations, run.missed, run.sent] = total;
                })
            }
            "FAULT" => None,
            _ => Some(()),
        };
        if understood.is_none() {
            return Err(Incomplete {
                line: last,
                why: line.to_owned(),
            });
        }
    }
    let missing = |why: &str| Incomplete {
        line: last,
        why: why.to_owned(),
    };
    if !begun {
        return Err(missing("the run never began"));
    }
    if !ended {
        return Err(missing("the run did not end"));
    }
    if run.episodes.len() as u64 != promised {
        return Err(missing("there are not as many episodes as there should be"));
    }
    Ok(run)
}

fn op(rest: &str) -> Option<Op> {
    let (place, rest) = rest.split_once(' ')?;
    let (what, outcome) = rest.split_once(" ->")?;
    let (outcome, hidden) = outcome.split_once(" # ").unwrap_or((outcome, ""));
    Some(Op {
        place: place.parse().ok()?,
        what: what.to_owned(),
        outcome: outcome.trim_start().to_owned(),
        hidden: hidden.to_owned(),
    })
}

fn episode(rest: &str) -> Option<(u64, String)> {
    let (n, digest) = rest.split_once(' ')?;
    Some((n.parse().ok()?, digest.to_owned()))
}

fn kind(rest: &str) -> Option<(String, Count)> {
    let (name, rest) = rest.split_once(' ')?;
    let count = Count {
        performed: number(rest, "performed")?,
        done: number(rest, "done")?,
        invalidations: number(rest, "invalidations")?,
    };
    Some((name.to_owned(), count))
}

fn rule(rest: &str) -> Option<(String, u64)> {
    let (name, rest) = rest.split_once(' ')?;
    Some((name.to_owned(), number(rest, "operations")?))
}

fn total(rest: &str) -> Option<[u64; 4]> {
    Some([
        number(rest, "ops")?,
        number(rest, "invalidations")?,
        number(rest, "missed")?,
        number(rest, "sent-when-enabled")?,
    ])
}

/// Several runs as one: the parts of a long one.
pub fn join(runs: impl IntoIterator<Item = Run>) -> Run {
    let mut whole = Run::default();
    for run in runs {
        whole.seed = run.seed;
        whole.episodes.extend(run.episodes);
        whole.ops.extend(run.ops);
        for (name, count) in run.kinds {
            let sum = whole.kinds.entry(name).or_default();
            sum.performed += count.performed;
            sum.done += count.done;
            sum.invalidations += count.invalidations;
        }
        for (name, operations) in run.rules {
            whole.add_rule(name, operations);
        }
        whole.operations += run.operations;
        whole.invalidations += run.invalidations;
        whole.missed += run.missed;
        whole.sent += run.sent;
    }
    whole
}

#[cfg(test)]
pub(crate) mod tests;
