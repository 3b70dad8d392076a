// SPDX-License-Identifier: GPL-2.0-only

//! The component keeps nothing of its own between two calls.

use super::Component;
use crate::elf::Place;
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// All state is Xen's, in its structures and under its locks; a `static` that
/// can change would be none of that.
pub const RULE: Rule<Component> = Rule {
    name: "no-writable",
    check,
};

fn check(component: &Component) -> Outcome {
    let sections = component
        .elf
        .sections
        .iter()
        .filter(|section| section.writable && section.size > 0)
        .map(|section| format!("{} bytes of {}", section.size, section.name));
    let common = component
        .elf
        .symbols
        .iter()
        .filter(|symbol| symbol.place == Place::Common)
        .map(|symbol| format!("{} bytes for {}", symbol.size, symbol.name));
    let found: Vec<String> = sections.chain(common).collect();
    if found.is_empty() {
        Ok("no byte of .data or .bss".to_owned())
    } else {
        Finding::err(some_of(found), "no writable data")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{ALLOC, NO_FLAGS, WRITE, assert_accepted, assert_rejected, good_object};

    #[test]
    fn accepts_constants_and_empty_sections() {
        assert_accepted(&RULE, good_object());
        assert_accepted(&RULE, good_object().section(".rodata", ALLOC, &[0; 8]));
        assert_accepted(&RULE, good_object().section(".data", ALLOC | WRITE, &[]));
        // Not loaded, whatever else it says.
        assert_accepted(
            &RULE,
            good_object().section(".notes", NO_FLAGS | WRITE, &[0]),
        );
    }

    #[test]
    fn rejects_any_writable_byte() {
        let data = good_object().section(".data.COUNTER", ALLOC | WRITE, &[1]);
        assert_rejected(&RULE, data, "1 bytes of .data.COUNTER");
        let bss = good_object().zeroes(".bss.COUNTER", ALLOC | WRITE, 8);
        assert_rejected(&RULE, bss, "8 bytes of .bss.COUNTER");
        assert_rejected(&RULE, good_object().common("counter"), "for counter");
    }
}
