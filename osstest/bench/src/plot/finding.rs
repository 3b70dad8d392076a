// SPDX-License-Identifier: GPL-2.0-only

//! What the plot shows, in a sentence that the figures make.

use super::WHAT;
use crate::figures::{Build, Figures};
use crate::table::decimal;
use crate::value::Value;

/// Two numbers are alike if one is no more than so many times the other.
const ALIKE: Value = Value::hundredths(102);

/// The least and the most of a build with a server or more, at any vCPUs.
fn range(figures: &Figures, build: Build) -> Option<(Value, Value)> {
    let values = || {
        figures
            .iter()
            .filter(|figure| figure.key.what == WHAT && figure.key.servers >= Some(1))
            .filter_map(|figure| figure.of(build))
    };
    Some((values().min()?, values().max()?))
}

/// The finding; none unless both upstream and the component have figures.
pub(super) fn finding(figures: &Figures) -> Option<String> {
    let (least, most) = range(figures, Build::Component)?;
    let (_, upstream) = range(figures, Build::Upstream)?;
    let vcpus = figures
        .iter()
        .filter(|figure| figure.key.what == WHAT)
        .filter_map(|figure| figure.key.vcpus)
        .max()?;
    let times = upstream.times(most)?;
    Some(if most.times(least)? <= ALIKE {
        format!(
            "The component stays at {most} instructions; upstream climbs to {upstream}, {} times that",
            decimal(times)
        )
    } else if times <= ALIKE && most.times(upstream)? <= ALIKE {
        format!(
            "The component climbs from {least} to {most} instructions at {vcpus} vCPUs, as upstream does"
        )
    } else {
        format!(
            "The component climbs from {least} to {most} instructions at {vcpus} vCPUs; upstream costs {} times that",
            decimal(times)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::figures;

    fn found(component: [u32; 2], upstream: [u32; 2]) -> String {
        let line = |vcpus, count| format!("{WHAT} servers=8 vcpus={vcpus} instructions={count}");
        let all = figures(&[
            (Build::Component, &line(1, component[0])),
            (Build::Component, &line(127, component[1])),
            (Build::Upstream, &line(1, upstream[0])),
            (Build::Upstream, &line(127, upstream[1])),
        ]);
        finding(&all).unwrap()
    }

    #[test]
    fn it_says_whether_the_component_is_flat() {
        assert_eq!(
            found([443, 443], [633, 6645]),
            "The component stays at 443 instructions; upstream climbs to 6,645, 15.00 times that"
        );
        assert_eq!(
            found([635, 6684], [633, 6682]),
            "The component climbs from 635 to 6,684 instructions at 127 vCPUs, as upstream does"
        );
        for (upstream, times) in [(3000, "1.50"), (1000, "0.50")] {
            assert_eq!(
                found([500, 2000], [633, upstream]),
                format!(
                    "The component climbs from 500 to 2,000 instructions at 127 vCPUs; upstream costs {times} times that"
                )
            );
        }
    }

    #[test]
    fn without_figures_there_is_none() {
        assert_eq!(finding(&Figures::default()), None);
    }
}
