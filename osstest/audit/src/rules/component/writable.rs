// SPDX-License-Identifier: GPL-2.0-only

//! The component keeps nothing of its own between two calls.

use super::Component;
use crate::listing::Place;
use crate::outcome::{Outcome, Rule, none_of};

/// All state is Xen's, in its structures and under its locks; a `static` that
/// can change would be none of that.
pub const RULE: Rule<Component> = Rule {
    name: "no-writable",
    check,
};

fn check(component: &Component) -> Outcome {
    let sections = component
        .listing
        .sections
        .iter()
        .filter(|section| section.writable && section.size > 0)
        .map(|section| format!("{} bytes of {}", section.size, section.name));
    let common = component
        .listing
        .symbols
        .iter()
        .filter(|symbol| symbol.place == Place::Common)
        .map(|symbol| format!("{} bytes for {}", symbol.size, symbol.name));
    let found = sections.chain(common);
    none_of(found, "no byte of .data or .bss", "no writable data")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EACH, GOOD_OBJECT, assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_constants_and_empty_sections() {
        assert_accepted(EACH, &RULE, GOOD_OBJECT);
        for more in [
            ".section .rodata, \"a\"; .zero 8",
            ".section .data, \"aw\"",
            // Not loaded, whatever else it says.
            ".section .notes, \"w\"; .zero 1",
        ] {
            assert_accepted(EACH, &RULE, &good_object_and(more));
        }
    }

    #[test]
    fn rejects_any_writable_byte() {
        for (more, found) in [
            (
                ".section .data.COUNTER, \"aw\"; .byte 1",
                "1 bytes of .data.COUNTER",
            ),
            (
                ".section .bss.COUNTER, \"aw\", %nobits; .zero 8",
                "8 bytes of .bss.COUNTER",
            ),
            (".comm counter, 8", "8 bytes for counter"),
        ] {
            assert_rejected(EACH, &RULE, &good_object_and(more), found);
        }
    }
}
