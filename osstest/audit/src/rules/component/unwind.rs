// SPDX-License-Identifier: GPL-2.0-only

//! No table that an unwinder would read.

use super::Component;
use crate::outcome::{Outcome, Rule, none_of};

/// Xen has no unwinder, and its linker script no place for the tables.
pub const RULE: Rule<Component> = Rule {
    name: "no-unwind",
    check,
};

const TABLES: [&str; 5] = [
    ".eh_frame",
    ".gcc_except_table",
    ".ARM.exidx",
    ".ARM.extab",
    ".sframe",
];

fn check(component: &Component) -> Outcome {
    let sections = &component.listing.sections;
    let names = sections.iter().map(|section| &section.name);
    let found = names.filter(|name| TABLES.iter().any(|table| name.starts_with(table)));
    let seen = format!("in {} sections", sections.len());
    none_of(found, seen, "no unwinding tables")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EACH, GOOD_OBJECT, assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_other_sections() {
        assert_accepted(EACH, &RULE, GOOD_OBJECT);
        // The second is for a debugger, in a file of its own choice: never loaded.
        for section in [".rodata, \"a\"", ".debug_frame, \"\""] {
            let more = format!(".section {section}; .zero 8");
            assert_accepted(EACH, &RULE, &good_object_and(&more));
        }
    }

    #[test]
    fn rejects_each_table() {
        for name in [
            ".eh_frame",
            ".eh_frame_hdr",
            ".gcc_except_table",
            ".gcc_except_table.xen_rs_mapcache_send",
            ".ARM.exidx",
            ".ARM.exidx.text.xen_rs_mapcache_send",
            ".ARM.extab",
            ".ARM.extab.text.xen_rs_mapcache_send",
            ".sframe",
        ] {
            let more = format!(".section {name}, \"a\"; .zero 8");
            assert_rejected(EACH, &RULE, &good_object_and(&more), name);
        }
    }
}
