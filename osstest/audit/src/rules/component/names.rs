// SPDX-License-Identifier: GPL-2.0-only

//! No symbol is longer than Xen can print.

use super::Component;
use crate::elf::Place;
use crate::outcome::{Finding, Outcome, Rule};

/// Xen expands a symbol into a buffer of `KSYM_NAME_LEN + 1` bytes without
/// looking at its end.
pub const RULE: Rule<Component> = Rule {
    name: "name-length",
    check,
};

/// Xen's limit.
const KSYM_NAME_LEN: usize = 127;

fn check(component: &Component) -> Outcome {
    let mut file = "";
    let mut longest = String::new();
    for symbol in &component.elf.symbols {
        if symbol.place == Place::File {
            file = &symbol.name;
            continue;
        }
        // Xen's tools/symbols.c keeps a local symbol as `file#symbol`, and no
        // mapping symbol.
        if symbol.place == Place::SectionName || symbol.name.starts_with('$') {
            continue;
        }
        let kept = match (symbol.global, file) {
            (true, _) | (_, "") => symbol.name.clone(),
            (false, file) => format!("{file}#{}", symbol.name),
        };
        if kept.len() > longest.len() {
            longest = kept;
        }
    }
    let length = longest.len();
    if length <= KSYM_NAME_LEN {
        Ok(format!("at most {length} characters"))
    } else {
        Finding::err(
            format!("{length} characters: {longest}"),
            format!("at most {KSYM_NAME_LEN}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Build, assert_accepted, assert_rejected};

    fn text() -> Build {
        Build::object().text(&[0u32])
    }

    #[test]
    fn accepts_names_up_to_the_limit() {
        assert_accepted(&RULE, text().function(&"g".repeat(127), 0, 4));
        assert_accepted(&RULE, text().local(&"l".repeat(127), 0, 4));
        // `c.rs#` and the name.
        assert_accepted(&RULE, text().file("c.rs").local(&"l".repeat(122), 0, 4));
        assert_accepted(&RULE, text().file("c.rs").function(&"g".repeat(127), 0, 4));
    }

    #[test]
    fn rejects_names_beyond() {
        let (global, local) = ("g".repeat(128), "l".repeat(128));
        assert_rejected(&RULE, text().function(&global, 0, 4), "128 characters");
        assert_rejected(&RULE, text().undefined(&global), "128 characters");
        assert_rejected(&RULE, text().local(&local, 0, 4), "128 characters");
        let prefixed = text().file("c.rs").local(&"l".repeat(123), 0, 4);
        assert_rejected(&RULE, prefixed, "128 characters: c.rs#lll");
    }
}
