// SPDX-License-Identifier: GPL-2.0-only

//! Whether two runs gave the same numbers.

use crate::figures::{Build, Figure, Figures};
use crate::value::or_none;

/// In what they differ.
pub fn differences(first: &Figures, again: &Figures) -> Vec<String> {
    let is_new = |figure: &&Figure| first.iter().all(|other| other.key != figure.key);
    let mut found = Vec::new();
    for Figure { key, .. } in first.iter().chain(again.iter().filter(is_new)) {
        for build in Build::ALL {
            let of = |run: &Figures| run.find(&key.what, key.servers, key.vcpus)?.of(build);
            let (one, two) = (of(first), of(again));
            if one != two {
                let (one, two) = (or_none(one), or_none(two));
                found.push(format!("{key} of {build}: {one}, then {two}"));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::figures;

    #[test]
    fn the_same_numbers_are_accepted() {
        let run = || {
            figures(&[
                (Build::N, "a servers=0 vcpus=1 instructions=442"),
                (Build::Component, "b bytes=1"),
            ])
        };
        assert!(differences(&run(), &run()).is_empty());
    }

    #[test]
    fn an_instruction_more_is_rejected() {
        let first = figures(&[(Build::Component, "a servers=0 vcpus=1 instructions=442")]);
        let again = figures(&[(Build::Component, "a servers=0 vcpus=1 instructions=443")]);
        assert_eq!(
            differences(&first, &again),
            ["a/servers=0/vcpus=1 of component: 442, then 443"]
        );
    }

    #[test]
    fn what_one_run_lacks_is_rejected() {
        let more = figures(&[
            (Build::Component, "a bytes=1"),
            (Build::Component, "b bytes=1"),
        ]);
        let less = figures(&[(Build::Component, "a bytes=1")]);
        assert_eq!(differences(&more, &less), ["b of component: 1, then none"]);
        assert_eq!(differences(&less, &more), ["b of component: none, then 1"]);
        assert_eq!(differences(&less, &Figures::default()).len(), 1);
        // A build of a figure that another build has, too, and only once.
        let both = figures(&[(Build::N, "a bytes=1"), (Build::Component, "a bytes=1")]);
        assert_eq!(differences(&less, &both), ["a of n: none, then 1"]);
        assert_eq!(differences(&both, &less), ["a of n: 1, then none"]);
    }
}
