// SPDX-License-Identifier: GPL-2.0-only

//! The object asks for what it is allowed to, and nothing else.

use super::Component;
use crate::listing::Place;
use crate::outcome::{Outcome, Rule, none_of, some_of};

/// Every function of Xen that Rust uses is one to review: none comes in
/// unnoticed.
pub const RULE: Rule<Component> = Rule {
    name: "undefined",
    check,
};

fn check(component: &Component) -> Outcome {
    let (allowed, other): (Vec<&str>, Vec<&str>) = component
        .listing
        .names(|symbol| symbol.place == Place::Undefined)
        .partition(|&name| component.allowed.contains_key(name));
    let seen = format!(
        "{} of the {} allowed",
        allowed.len(),
        component.allowed.len()
    );
    let wanted = format!("no more than {}", some_of(component.allowed.keys()));
    none_of(other, seen, wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EACH, GOOD_OBJECT, assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_what_is_allowed() {
        assert_accepted(EACH, &RULE, GOOD_OBJECT);
        let more = good_object_and("bl rust_helper_vcpu_runnable");
        assert_accepted(EACH, &RULE, &more);
    }

    #[test]
    fn rejects_anything_else() {
        for name in [
            // Xen has it.
            "memcpy",
            // What a compiler makes of an atomic that its target lacks.
            "__atomic_exchange_1",
            "__sync_lock_test_and_set_1",
            // A name that merely starts like an allowed one.
            "rust_helper_vcpu_runnable_now",
        ] {
            let more = good_object_and(&format!("bl {name}"));
            assert_rejected(EACH, &RULE, &more, name);
        }
    }
}
