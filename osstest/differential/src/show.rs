// SPDX-License-Identifier: GPL-2.0-only

//! Traces, side by side.

use crate::{compare::Verdict, log::Op};
use std::fmt::Write as _;

/// A line for each operation: upstream's outcome, and ours where it differs.
pub fn side_by_side(compared: &[(&Op, &Op, Verdict)]) -> String {
    let width = |of: fn(&Op) -> &str| {
        let lines = compared.iter().map(|(a, ..)| of(a).len());
        lines.max().unwrap_or(0)
    };
    let (what, outcome) = (width(|op| &op.what), width(|op| &op.outcome));
    let mut text = format!(
        "     {:what$}    {:outcome$}    this one\n",
        "operation", "upstream"
    );
    for (a, b, verdict) in compared {
        let (mark, ours) = match verdict {
            Verdict::Same => (' ', "the same".to_owned()),
            Verdict::Accepted(rule) => ('~', format!("{} (rule {rule})", b.outcome)),
            Verdict::Differs => ('!', b.outcome.clone()),
        };
        writeln!(
            text,
            "{mark}{:>3} {:what$}    {:outcome$}    {ours}",
            a.place, a.what, a.outcome
        )
        .expect("a string takes it");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn op(outcome: &str) -> Op {
        Op {
            place: 5,
            what: "v0 decrease 3".to_owned(),
            outcome: outcome.to_owned(),
        }
    }

    #[test]
    fn what_differs_is_marked() {
        let (a, b) = (op("1 | told=1,0"), op("1 | told=0,0"));
        let text = side_by_side(&[(&a, &a, Verdict::Same), (&a, &b, Verdict::Differs)]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[1], "   5 v0 decrease 3    1 | told=1,0    the same");
        assert_eq!(
            lines[2],
            "!  5 v0 decrease 3    1 | told=1,0    1 | told=0,0"
        );
    }
}
