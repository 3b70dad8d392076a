// SPDX-License-Identifier: GPL-2.0-only

//! Whether the figures are within their limits.

use std::fmt;

use crate::figures::{Build, Figure, Figures};
use crate::limits::{Base, Limit, More, Side};
use crate::value::{Value, or_none};

/// What came of a limit for one figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// The figure, in one word.
    pub name: String,
    /// What was found, and what was wanted.
    pub details: String,
}

impl fmt::Display for Verdict {
    /// A line as each step prints them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.holds { "ok" } else { "FAIL" };
        write!(f, "{word} {} {}", self.name, self.details)
    }
}

/// What comes of all limits. One that is for no figure does not hold.
pub fn judge(figures: &Figures, limits: &[Limit]) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for limit in limits {
        let mut of: Vec<_> = figures
            .iter()
            .filter(|figure| limit.is_for(&figure.key))
            .map(|figure| verdict(figures, limit, figure))
            .collect();
        if of.is_empty() {
            of.push(Verdict {
                holds: false,
                name: "no-such-figure".to_owned(),
                details: format!("that the limit `{limit}` is for"),
            });
        }
        verdicts.append(&mut of);
    }
    verdicts
}

fn verdict(figures: &Figures, limit: &Limit, figure: &Figure) -> Verdict {
    let key = &figure.key;
    let name = match limit.build {
        Build::Component => key.to_string(),
        other => format!("{key}/{other}"),
    };
    let base = base(figures, limit, figure);
    let (holds, found, bound) = match (figure.of(limit.build), base) {
        (Some(found), Some(base)) => {
            let bound = base.plus(match limit.more {
                More::Number(more) => more,
                More::Percent(percent) => base.percent(percent),
            });
            let holds = match limit.side {
                Side::Most => found <= bound,
                Side::Least => found >= bound,
            };
            (holds, found.to_string(), bound.to_string())
        }
        (found, _) => (false, or_none(found), "?".to_owned()),
    };
    let side = match limit.side {
        Side::Most => "at most",
        Side::Least => "at least",
    };
    let base = match limit.base {
        Base::Number(_) => String::new(),
        Base::Build(build) => format!(" ({})", compared(&build.to_string(), base, limit.more)),
        Base::OneVcpu => format!(" ({})", compared("one vCPU", base, limit.more)),
    };
    Verdict {
        holds,
        name,
        details: format!("found {found}, wanted {side} {bound}{base}"),
    }
}

fn compared(with: &str, base: Option<Value>, more: More) -> String {
    let base = or_none(base);
    match more {
        More::Number(more) => format!("{with} {base} + {more}"),
        More::Percent(percent) => format!("{with} {base} + {percent}%"),
    }
}

fn base(figures: &Figures, limit: &Limit, figure: &Figure) -> Option<Value> {
    let key = &figure.key;
    match limit.base {
        Base::Number(number) => Some(number),
        Base::OneVcpu => figures
            .find(&key.what, key.servers, Some(1))?
            .of(limit.build),
        Base::Build(Build::N) => figures.without_servers(key),
        Base::Build(build) => figure.of(build),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits;
    use crate::testing;

    fn figures(component: u32) -> Figures {
        testing::figures(&[
            (Build::N, "null servers=0 vcpus=1 instructions=442"),
            (Build::N, "null servers=0 vcpus=127 instructions=442"),
            (Build::Upstream, "null servers=1 vcpus=1 instructions=592"),
            (
                Build::Upstream,
                "null servers=1 vcpus=127 instructions=1348",
            ),
            (Build::Component, "null servers=1 vcpus=1 instructions=442"),
            (
                Build::Component,
                &format!("null servers=1 vcpus=127 instructions={component}"),
            ),
        ])
    }

    /// The lines of those limits that do not hold.
    fn broken(component: u32, limit: &str) -> Vec<String> {
        let verdicts = judge(&figures(component), &limits::read(limit).unwrap());
        let broken = verdicts.iter().filter(|verdict| !verdict.holds);
        broken.map(Verdict::to_string).collect()
    }

    #[test]
    fn a_regression_by_one_instruction_is_rejected() {
        assert!(broken(442, "null 1 * component <= n").is_empty());
        assert_eq!(
            broken(443, "null 1 * component <= n"),
            ["FAIL null/servers=1/vcpus=127 found 443, wanted at most 442 (n 442 + 0)"]
        );
    }

    #[test]
    fn a_stated_number_more_is_accepted() {
        assert!(broken(502, "null 1 * component <= n + 60").is_empty());
        assert_eq!(broken(503, "null 1 * component <= n + 60").len(), 1);
        assert!(broken(1350, "null 1 127 component <= upstream + 2").is_empty());
        assert_eq!(
            broken(1351, "null 1 127 component <= upstream + 2").len(),
            1
        );
    }

    #[test]
    fn what_climbs_with_vcpus_is_rejected() {
        assert!(broken(446, "null 1 * component <= one-vcpu + 1%").is_empty());
        assert_eq!(
            broken(447, "null 1 * component <= one-vcpu + 1%"),
            ["FAIL null/servers=1/vcpus=127 found 447, wanted at most 446.42 (one vCPU 442 + 1%)"]
        );
    }

    #[test]
    fn what_must_be_so_many_is_rejected_if_it_is_less() {
        assert!(broken(442, "null 1 127 upstream >= 1348").is_empty());
        assert_eq!(
            broken(442, "null 1 127 upstream >= 1349"),
            ["FAIL null/servers=1/vcpus=127/upstream found 1,348, wanted at least 1,349"]
        );
    }

    #[test]
    fn a_limit_for_no_figure_does_not_hold() {
        assert_eq!(broken(442, "nul 1 * component <= n").len(), 1);
        assert_eq!(broken(442, "null 2 * component <= n").len(), 1);
    }

    #[test]
    fn what_is_missing_does_not_hold() {
        assert_eq!(
            broken(442, "null 0 * component <= n").len(),
            2,
            "component has no such figure"
        );
        assert_eq!(
            broken(442, "null 0 * n <= upstream").len(),
            2,
            "upstream has no such figure"
        );
    }
}
