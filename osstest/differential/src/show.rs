// SPDX-License-Identifier: GPL-2.0-only

//! Traces, side by side.

use crate::compare::Compared;
use std::fmt::Write as _;

/// A line for each operation: upstream's outcome, and the component's where it differs.
/// What is hidden of an outcome is there in parentheses.
pub fn side_by_side(compared: &[Compared<'_>]) -> String {
    let shown: Vec<[String; 3]> = compared.iter().map(cells).collect();
    let width = |column: usize| {
        let cells = shown.iter().map(|cells| cells[column].len());
        cells.max().unwrap_or(0)
    };
    let (what, outcome) = (width(0), width(1));
    let mut text = format!(
        "     {:what$}    {:outcome$}    component\n",
        "operation", "upstream"
    );
    for (op, [operation, upstream, component]) in compared.iter().zip(&shown) {
        let mark = if op.differs { '!' } else { ' ' };
        let place = op.upstream.place;
        writeln!(
            text,
            "{mark}{place:>3} {operation:what$}    {upstream:outcome$}    {component}"
        )
        .expect("a string takes it");
    }
    text
}

fn cells(op: &Compared<'_>) -> [String; 3] {
    let Compared {
        upstream,
        component,
        ..
    } = op;
    let same = !op.differs && upstream.hidden == component.hidden;
    let whole = |outcome: &str, hidden: &str| match hidden {
        "" => outcome.to_owned(),
        hidden => format!("{outcome} ({hidden})"),
    };
    [
        upstream.what.clone(),
        whole(&upstream.outcome, &upstream.hidden),
        match same {
            true => "the same".to_owned(),
            false => whole(&component.outcome, &component.hidden),
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Op;

    fn op(outcome: &str, hidden: &str) -> Op {
        Op {
            place: 5,
            what: "v0 decrease 3".to_owned(),
            outcome: outcome.to_owned(),
            hidden: hidden.to_owned(),
        }
    }

    fn line(upstream: &Op, component: &Op, differs: bool) -> String {
        let compared = Compared {
            upstream,
            component,
            differs,
        };
        let text = side_by_side(&[compared]);
        text.lines().last().expect("a line").to_owned()
    }

    #[test]
    fn what_differs_is_marked() {
        let (a, b) = (
            op("1 | invalidations=1,0", ""),
            op("1 | invalidations=0,0", ""),
        );
        assert_eq!(
            line(&a, &a, false),
            "   5 v0 decrease 3    1 | invalidations=1,0    the same"
        );
        assert_eq!(
            line(&a, &b, true),
            "!  5 v0 decrease 3    1 | invalidations=1,0    1 | invalidations=0,0"
        );
    }

    #[test]
    fn what_is_hidden_is_shown() {
        let (a, b) = (
            op("invalidations>=1,0", "invalidations=2,0"),
            op("invalidations>=1,0", "invalidations=1,0"),
        );
        assert_eq!(
            line(&a, &b, false),
            "   5 v0 decrease 3    invalidations>=1,0 (invalidations=2,0)    invalidations>=1,0 (invalidations=1,0)"
        );
    }
}
