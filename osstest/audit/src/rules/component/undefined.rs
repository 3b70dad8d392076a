// SPDX-License-Identifier: GPL-2.0-only

//! The object asks for what it is allowed to, and nothing else.

use super::Component;
use crate::elf::Place;
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// Every function of Xen that Rust uses is one to review: none comes in
/// unnoticed.
pub const RULE: Rule<Component> = Rule {
    name: "undefined",
    check,
};

fn check(component: &Component) -> Outcome {
    let (allowed, other): (Vec<&str>, Vec<&str>) = component
        .elf
        .symbols
        .iter()
        .filter(|symbol| symbol.place == Place::Undefined)
        .map(|symbol| symbol.name.as_str())
        .partition(|&name| component.allowed.contains_key(name));
    if other.is_empty() {
        let (used, of) = (allowed.len(), component.allowed.len());
        Ok(format!("{used} of the {of} allowed"))
    } else {
        Finding::err(
            some_of(other),
            format!("no more than {}", some_of(component.allowed.keys())),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_accepted, assert_rejected, good_object};

    #[test]
    fn accepts_what_is_allowed() {
        assert_accepted(&RULE, good_object());
        assert_accepted(&RULE, good_object().undefined("rust_helper_vcpu_runnable"));
    }

    #[test]
    fn rejects_anything_else() {
        let xen_has_it = good_object().undefined("memcpy");
        assert_rejected(&RULE, xen_has_it, "memcpy");
        // What a compiler makes of an atomic that its target lacks.
        for name in ["__atomic_exchange_1", "__sync_lock_test_and_set_1"] {
            assert_rejected(&RULE, good_object().undefined(name), name);
        }
        // A name that merely starts like an allowed one.
        let alike = good_object().undefined("rust_helper_vcpu_runnable_now");
        assert_rejected(&RULE, alike, "rust_helper_vcpu_runnable_now");
    }
}
