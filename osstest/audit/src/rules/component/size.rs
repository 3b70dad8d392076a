// SPDX-License-Identifier: GPL-2.0-only

//! The component stays small.

use super::Component;
use crate::outcome::{Finding, Outcome, Rule};

/// What it does fits into a few hundred bytes. Much more is something that was
/// not meant to be linked.
pub const RULE: Rule<Component> = Rule {
    name: "text-size",
    check,
};

/// Bytes, in all executable sections.
const LIMIT: u64 = 2048;

fn check(component: &Component) -> Outcome {
    let size: u64 = component
        .elf
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
    use crate::testing::{ALLOC, Build, EXEC, assert_accepted, assert_rejected};

    #[test]
    fn accepts_up_to_the_limit() {
        assert_accepted(&RULE, Build::object().text(&[0u32; 1]));
        assert_accepted(&RULE, Build::object().text(&[0u32; 512]));
    }

    #[test]
    fn rejects_more_in_one_section_or_several_and_none_at_all() {
        assert_rejected(&RULE, Build::object().text(&[0u32; 513]), "2052 bytes");
        let text = Build::object().text(&[0u32; 512]);
        let two = text.section(".text.cold", ALLOC | EXEC, &[0; 4]);
        assert_rejected(&RULE, two, "2052 bytes");
        assert_rejected(&RULE, Build::object(), "0 bytes");
    }
}
