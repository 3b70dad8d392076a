// SPDX-License-Identifier: GPL-2.0-only

//! The component stays small.

use super::Component;
use crate::outcome::{Finding, Outcome, Rule};

/// What it does is 1248 bytes on arm64 and 1524 on arm32 (Xen 4.20).
/// The limit leaves room for another compiler, not for another function: much
/// more is something that was not meant to be linked, or inlined too often.
pub const RULE: Rule<Component> = Rule {
    name: "text-size",
    check,
};

/// Bytes, in all executable sections.
const LIMIT: u64 = 1792;

fn check(component: &Component) -> Outcome {
    let size: u64 = component
        .listing
        .executable_sections()
        .map(|section| section.size)
        .sum();
    match size {
        1..=LIMIT => Ok(format!("{size} of at most {LIMIT} bytes")),
        _ => Finding::err(format!("{size} bytes"), format!("1 to {LIMIT}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOTH, assert_accepted, assert_rejected};

    fn instructions(number: u32) -> String {
        format!(".rept {number}; nop; .endr\n")
    }

    #[test]
    fn accepts_up_to_the_limit() {
        assert_accepted(BOTH, &RULE, &instructions(1));
        assert_accepted(BOTH, &RULE, &instructions(448));
    }

    #[test]
    fn rejects_more_in_one_section_or_several_and_none_at_all() {
        assert_rejected(BOTH, &RULE, &instructions(449), "1796 bytes");
        let two = instructions(448) + ".section .text.cold, \"ax\"; nop";
        assert_rejected(BOTH, &RULE, &two, "1796 bytes");
        assert_rejected(BOTH, &RULE, "", "0 bytes");
    }
}
