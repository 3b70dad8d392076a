// SPDX-License-Identifier: GPL-2.0-only

//! What two runs differ in.

use crate::{
    log::{Op, Run},
    rules::Rule,
};

/// The episodes that are not the same in both, in order; an error if the runs
/// are not of the same episodes.
pub fn episodes(upstream: &Run, ours: &Run) -> Result<Vec<u64>, String> {
    if upstream.seed != ours.seed {
        return Err(format!("the seeds are {} and {}", upstream.seed, ours.seed));
    }
    if !upstream.episodes.keys().eq(ours.episodes.keys()) {
        return Err("the runs are not of the same episodes".to_owned());
    }
    let differ = upstream
        .episodes
        .iter()
        .filter(|(n, digest)| ours.episodes[n] != **digest);
    Ok(differ.map(|(n, _)| *n).collect())
}

/// How an operation compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The same came of it.
    Same,
    /// Not the same, but as a rule wants it.
    Accepted(&'static str),
    /// Not the same.
    Differs,
}

/// Compares the operations of an episode, one by one; an error if they are not
/// the same operations.
pub fn operations<'a>(
    upstream: &'a Run,
    ours: &'a Run,
    rules: &[Rule],
) -> Result<Vec<(&'a Op, &'a Op, Verdict)>, String> {
    if upstream.ops.len() != ours.ops.len() {
        let (a, b) = (upstream.ops.len(), ours.ops.len());
        return Err(format!("the traces have {a} and {b} operations"));
    }
    let pairs = upstream.ops.iter().zip(&ours.ops);
    pairs
        .map(|(a, b)| {
            if (a.place, &a.what) != (b.place, &b.what) {
                return Err(format!(
                    "operation {} is `{}` and `{}`",
                    a.place, a.what, b.what
                ));
            }
            let verdict = match a.outcome == b.outcome {
                true => Verdict::Same,
                false => rules
                    .iter()
                    .find(|rule| (rule.accepts)(a, b))
                    .map_or(Verdict::Differs, |rule| Verdict::Accepted(rule.name)),
            };
            Ok((a, b, verdict))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{parse, tests::console};

    const UPSTREAM: [&str; 2] = [
        "0 v0 decrease 3 -> 1 | told=1,0 away=0,0",
        "1 v1 null -> 0 | told=1,0 away=0,0",
    ];

    fn run(ops: &[&str], digest: &str) -> Run {
        parse(&console(ops, digest)).expect("whole")
    }

    fn verdicts(ours: &[&str; 2], rules: &[Rule]) -> Vec<Verdict> {
        let (upstream, ours) = (run(&UPSTREAM, "a"), run(ours, "b"));
        let compared = operations(&upstream, &ours, rules).expect("the same operations");
        compared.into_iter().map(|(.., verdict)| verdict).collect()
    }

    /// An invalidation that a null hypercall does not send any more.
    const FEWER: Rule = Rule {
        name: "fewer",
        why: "for the test",
        accepts: |upstream, ours| {
            upstream.kind() == "null"
                && upstream.outcome.contains("told=1,0")
                && ours.outcome.contains("told=0,0")
        },
    };

    #[test]
    fn equal_episodes_agree() {
        assert_eq!(episodes(&run(&[], "a"), &run(&[], "a")), Ok(vec![]));
    }

    #[test]
    fn an_episode_that_differs_is_named() {
        assert_eq!(episodes(&run(&[], "a"), &run(&[], "b")), Ok(vec![3]));
    }

    #[test]
    fn other_seeds_and_episodes_cannot_be_compared() {
        let mut other = run(&[], "a");
        other.seed = "8".to_owned();
        assert!(episodes(&run(&[], "a"), &other).is_err());
        let mut other = run(&[], "a");
        other.episodes.clear();
        assert!(episodes(&run(&[], "a"), &other).is_err());
    }

    #[test]
    fn equal_outcomes_are_the_same() {
        assert_eq!(verdicts(&UPSTREAM, &[]), [Verdict::Same, Verdict::Same]);
    }

    #[test]
    fn a_difference_is_found_in_result_and_notice() {
        for outcome in [
            "0 | told=1,0 away=0,0",
            "1 | told=0,0 away=0,0",
            "1 | told=1,0 away=0,1",
        ] {
            let ours = format!("0 v0 decrease 3 -> {outcome}");
            let verdicts = verdicts(&[&ours, UPSTREAM[1]], &[]);
            assert_eq!(verdicts, [Verdict::Differs, Verdict::Same]);
        }
    }

    #[test]
    fn a_rule_accepts_what_it_describes_and_nothing_else() {
        let described = [UPSTREAM[0], "1 v1 null -> 0 | told=0,0 away=0,0"];
        assert_eq!(
            verdicts(&described, &[FEWER]),
            [Verdict::Same, Verdict::Accepted("fewer")]
        );
        let not_described = [
            "0 v0 decrease 3 -> 1 | told=0,0 away=0,0",
            "1 v1 null -> 0 | told=2,0 away=0,0",
        ];
        assert_eq!(
            verdicts(&not_described, &[FEWER]),
            [Verdict::Differs, Verdict::Differs]
        );
    }

    #[test]
    fn other_operations_cannot_be_compared() {
        let (upstream, other) = (run(&UPSTREAM, "a"), run(&UPSTREAM[..1], "a"));
        assert!(operations(&upstream, &other, &[]).is_err());
        let other = run(&[UPSTREAM[0], "1 v2 null -> 0 | told=1,0 away=0,0"], "a");
        assert!(operations(&upstream, &other, &[]).is_err());
    }
}
