// SPDX-License-Identifier: GPL-2.0-only

//! The figures and what came of the limits, for machines.

use serde_json::{Value as Json, json};

use crate::figures::{Build, Figures};
use crate::judge::Verdict;
use crate::table::decimal;
use crate::value::Value;

/// All of it; `title` says what was measured.
pub fn json(title: &str, figures: &Figures, verdicts: &[Verdict]) -> String {
    let figures: Vec<_> = figures
        .iter()
        .map(|figure| {
            let key = &figure.key;
            let mut all = json!({
                "figure": key.what,
                "servers": key.servers,
                "vcpus": key.vcpus,
                "unit": figure.unit,
            });
            for build in Build::ALL {
                all[build.name()] = figure.of(build).map_or(Json::Null, number);
            }
            all
        })
        .collect();
    let limits: Vec<_> = verdicts
        .iter()
        .map(|verdict| json!({ "name": verdict.name, "holds": verdict.holds, "details": verdict.details }))
        .collect();
    format!(
        "{:#}\n",
        json!({ "title": title, "figures": figures, "limits": limits })
    )
}

/// Whole where it is.
fn number(value: Value) -> Json {
    match value.as_hundredths() % 100 {
        0 => json!(value.floor()),
        _ => json!(decimal(value).parse::<f64>().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::figures;

    #[test]
    fn it_is_read_as_it_was_written() {
        let all = figures(&[
            (Build::Component, "null servers=1 vcpus=8 instructions=634"),
            (Build::Upstream, "null servers=1 vcpus=8 instructions=48.25"),
        ]);
        let verdict = Verdict {
            holds: false,
            name: "a".to_owned(),
            details: "\"b\"".to_owned(),
        };
        let read: Json = serde_json::from_str(&json("Xen", &all, &[verdict])).unwrap();
        let figure = &read["figures"][0];
        assert_eq!(figure["figure"], "null");
        assert_eq!(
            (&figure["servers"], &figure["vcpus"]),
            (&json!(1), &json!(8))
        );
        assert_eq!(
            (&figure["component"], &figure["upstream"]),
            (&json!(634), &json!(48.25))
        );
        assert_eq!(figure["n"], Json::Null);
        assert_eq!(read["limits"][0]["holds"], false);
        assert_eq!(read["limits"][0]["details"], "\"b\"");
    }
}
