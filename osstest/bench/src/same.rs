// SPDX-License-Identifier: GPL-2.0-only

//! Whether two runs gave the same numbers.

use crate::figures::{Build, Figures};

/// In what they differ.
pub fn differences(first: &Figures, again: &Figures) -> Vec<String> {
    let mut found = Vec::new();
    for (figures, others, is_first) in [(first, again, true), (again, first, false)] {
        for figure in figures.iter() {
            let key = &figure.key;
            let other = others.find(&key.what, key.servers, key.vcpus);
            for build in Build::ALL {
                let (one, two) = (figure.of(build), other.and_then(|other| other.of(build)));
                // What both have is compared once.
                if one != two && (is_first || two.is_none()) {
                    let shown = |value: Option<_>| match value {
                        Some(value) => format!("{value}"),
                        None => "none".to_owned(),
                    };
                    let (one, two) = if is_first { (one, two) } else { (two, one) };
                    found.push(format!(
                        "{key} of {build}: {}, then {}",
                        shown(one),
                        shown(two)
                    ));
                }
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
    }
}
