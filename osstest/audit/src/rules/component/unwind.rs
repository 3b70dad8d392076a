// SPDX-License-Identifier: GPL-2.0-only

//! No table that an unwinder would read.

use super::Component;
use crate::outcome::{Finding, Outcome, Rule, some_of};

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
    let found: Vec<&str> = component
        .elf
        .sections
        .iter()
        .map(|section| section.name.as_str())
        .filter(|name| TABLES.iter().any(|table| name.starts_with(table)))
        .collect();
    if found.is_empty() {
        Ok(format!("in {} sections", component.elf.sections.len()))
    } else {
        Finding::err(some_of(found), "no unwinding tables")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ALLOC, NO_FLAGS, assert_accepted, assert_rejected, good_object};

    #[test]
    fn accepts_other_sections() {
        assert_accepted(&RULE, good_object());
        assert_accepted(&RULE, good_object().section(".rodata", ALLOC, &[0; 8]));
        // For a debugger, in a file of its own choice: never loaded.
        assert_accepted(
            &RULE,
            good_object().section(".debug_frame", NO_FLAGS, &[0; 8]),
        );
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
            assert_rejected(&RULE, good_object().section(name, ALLOC, &[0; 8]), name);
        }
    }
}
