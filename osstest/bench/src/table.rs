// SPDX-License-Identifier: GPL-2.0-only

//! The figures as a table for a terminal.

use std::fmt::Write;

use crate::figures::{Build, Figures};
use crate::value::Value;

/// A line for each figure: the three builds, and the component compared with
/// upstream and with n.
pub fn table(figures: &Figures) -> String {
    let mut table = String::new();
    row(
        &mut table,
        ["", "servers", "vCPUs"],
        ["n", "upstream", "component", "÷ upstream", "÷ n"].map(str::to_owned),
        "",
    );
    for figure in figures.iter() {
        let key = &figure.key;
        let number =
            |number: Option<u32>| number.map_or(String::new(), |number| number.to_string());
        let component = figure.of(Build::Component);
        let ratio = |to: Option<Value>| {
            let times = component
                .zip(to)
                .and_then(|(component, to)| component.times(to));
            times.map_or("-".to_owned(), decimal)
        };
        let shown = |value: Option<Value>| value.map_or("-".to_owned(), |value| value.to_string());
        row(
            &mut table,
            [&key.what, &number(key.servers), &number(key.vcpus)],
            [
                shown(figure.of(Build::N)),
                shown(figure.of(Build::Upstream)),
                shown(component),
                ratio(figure.of(Build::Upstream)),
                ratio(figures.without_servers(key)),
            ],
            &figure.unit,
        );
    }
    table
}

fn row(table: &mut String, names: [&str; 3], values: [String; 5], unit: &str) {
    let [what, servers, vcpus] = names;
    let mut line = format!("{what:<24} {servers:>7} {vcpus:>5}");
    for value in values {
        // Writing to a string cannot fail.
        let _ = write!(line, " {value:>11}");
    }
    table.push_str(format!("{line}  {unit}").trim_end());
    table.push('\n');
}

/// Always with its hundredths.
pub(crate) fn decimal(value: Value) -> String {
    let hundredths = value.as_hundredths();
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::figures;

    #[test]
    fn a_line_has_the_builds_and_the_ratios() {
        let all = figures(&[
            (Build::N, "null servers=0 vcpus=1 instructions=442"),
            (Build::Upstream, "null servers=1 vcpus=1 instructions=1348"),
            (Build::Component, "null servers=1 vcpus=1 instructions=674"),
        ]);
        let table = table(&all);
        let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
        let lines: Vec<String> = table.lines().map(words).collect();
        assert_eq!(lines[1], "null 0 1 442 - - - - instructions");
        assert_eq!(lines[2], "null 1 1 - 1,348 674 0.50 1.52 instructions");
    }
}
