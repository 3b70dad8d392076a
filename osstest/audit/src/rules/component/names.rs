// SPDX-License-Identifier: GPL-2.0-only

//! No symbol is longer than Xen can print.

use super::Component;
use crate::listing::Place;
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
    for symbol in &component.listing.symbols {
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
    use crate::testing::{EACH, assert_accepted, assert_rejected};

    fn global(length: usize) -> String {
        format!("function {}; ret; end", "g".repeat(length))
    }
    fn local(length: usize) -> String {
        format!("{}: ret", "l".repeat(length))
    }

    #[test]
    fn accepts_names_up_to_the_limit() {
        assert_accepted(EACH, &RULE, &global(127));
        assert_accepted(EACH, &RULE, &local(127));
        // `c.rs#` and the name.
        assert_accepted(EACH, &RULE, &format!(".file \"c.rs\"; {}", local(122)));
        assert_accepted(EACH, &RULE, &format!(".file \"c.rs\"; {}", global(127)));
    }

    #[test]
    fn rejects_names_beyond() {
        assert_rejected(EACH, &RULE, &global(128), "128 characters");
        let undefined = format!("bl {}", "g".repeat(128));
        assert_rejected(EACH, &RULE, &undefined, "128 characters");
        assert_rejected(EACH, &RULE, &local(128), "128 characters");
        let prefixed = format!(".file \"c.rs\"; {}", local(123));
        assert_rejected(EACH, &RULE, &prefixed, "128 characters: c.rs#lll");
    }
}
