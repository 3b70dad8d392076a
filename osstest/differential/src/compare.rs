// SPDX-License-Identifier: GPL-2.0-only

//! What two runs differ in.

use crate::log::{Op, Run};

/// The episodes that are not the same in both, in order; an error if the runs
/// are not of the same episodes.
pub fn episodes(upstream: &Run, component: &Run) -> Result<Vec<u64>, String> {
    if upstream.seed != component.seed {
        return Err(format!(
            "the seeds are {} and {}",
            upstream.seed, component.seed
        ));
    }
    if !upstream.episodes.keys().eq(component.episodes.keys()) {
        return Err("the runs are not of the same episodes".to_owned());
    }
    let differ = upstream
        .episodes
        .iter()
        .filter(|(n, digest)| component.episodes[n] != **digest);
    Ok(differ.map(|(n, _)| *n).collect())
}

/// An operation in both runs, and whether the same came of it.
#[derive(Clone, Copy, Debug)]
pub struct Compared<'a> {
    /// Upstream's.
    pub upstream: &'a Op,
    /// The component's.
    pub component: &'a Op,
    /// What is to be the same is not.
    pub differs: bool,
}

/// Compares the operations of an episode, one by one; an error if they are not
/// the same operations.
pub fn operations<'a>(upstream: &'a Run, component: &'a Run) -> Result<Vec<Compared<'a>>, String> {
    if upstream.ops.len() != component.ops.len() {
        let (a, b) = (upstream.ops.len(), component.ops.len());
        return Err(format!("the traces have {a} and {b} operations"));
    }
    let pairs = upstream.ops.iter().zip(&component.ops);
    pairs
        .map(|(upstream, component)| {
            if (upstream.place, &upstream.what) != (component.place, &component.what) {
                return Err(format!(
                    "operation {} is `{}` and `{}`",
                    upstream.place, upstream.what, component.what
                ));
            }
            Ok(Compared {
                upstream,
                component,
                differs: upstream.outcome != component.outcome,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{parse, tests::console};

    const UPSTREAM: [&str; 2] = [
        "0 v0 decrease 3 -> 1 | before=0,0 invalidations=1,0",
        "1 v1 decrease-array 3 4 -> 2 | before=0,0 invalidations>=1,0",
    ];

    fn run(ops: &[&str], digest: &str) -> Run {
        parse(&console(ops, digest)).expect("whole")
    }

    fn differ(component: &[&str; 2]) -> Vec<bool> {
        let (upstream, component) = (run(&UPSTREAM, "a"), run(component, "b"));
        let compared = operations(&upstream, &component).expect("the same operations");
        compared.into_iter().map(|op| op.differs).collect()
    }

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
        assert_eq!(differ(&UPSTREAM), [false, false]);
    }

    #[test]
    fn a_difference_is_found_in_result_and_invalidations() {
        for outcome in [
            "0 | before=0,0 invalidations=1,0",
            "1 | before=0,0 invalidations=0,0",
            "1 | before=0,1 invalidations=1,0",
        ] {
            let component = format!("0 v0 decrease 3 -> {outcome}");
            assert_eq!(differ(&[&component, UPSTREAM[1]]), [true, false]);
        }
    }

    #[test]
    fn what_is_there_for_the_reader_is_not_compared() {
        let component = format!("{} # invalidations=3,0", UPSTREAM[1]);
        assert_eq!(differ(&[UPSTREAM[0], &component]), [false, false]);
        let component =
            "1 v1 decrease-array 3 4 -> 2 | before=0,0 invalidations>=0,0 # invalidations=1,0";
        assert_eq!(differ(&[UPSTREAM[0], component]), [false, true]);
    }

    #[test]
    fn other_operations_cannot_be_compared() {
        let (upstream, other) = (run(&UPSTREAM, "a"), run(&UPSTREAM[..1], "a"));
        assert!(operations(&upstream, &other).is_err());
        let other = run(
            &[UPSTREAM[0], "1 v2 null -> 0 | before=0,0 invalidations=1,0"],
            "a",
        );
        assert!(operations(&upstream, &other).is_err());
    }
}
