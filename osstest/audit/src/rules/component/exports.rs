// SPDX-License-Identifier: GPL-2.0-only

//! The object offers what its header declares, and nothing else.

use super::Component;
use crate::listing::Symbol;
use crate::outcome::{Outcome, Rule, exactly};

/// A symbol that leaks could clash with one of Xen's, or be used by it.
pub const RULE: Rule<Component> = Rule {
    name: "exports",
    check,
};

fn check(component: &Component) -> Outcome {
    let offered = |symbol: &Symbol| symbol.global && symbol.is_defined();
    let found = component.listing.names(offered);
    exactly(found, &component.exports, "no global symbol")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect;
    use crate::testing::{EACH, GOOD_OBJECT, assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_the_exports_and_local_symbols() {
        assert_accepted(EACH, &RULE, GOOD_OBJECT);
        assert_accepted(EACH, &RULE, &good_object_and("helper: ret"));
    }

    #[test]
    fn rejects_a_symbol_too_many() {
        for (more, name) in [
            ("function leaked; ret; end", "leaked"),
            (".weak leaked_weak; leaked_weak: ret", "leaked_weak"),
            (".comm leaked_common, 8", "leaked_common"),
        ] {
            assert_rejected(EACH, &RULE, &good_object_and(more), name);
        }
    }

    #[test]
    fn rejects_a_symbol_too_few() {
        let one = "function xen_rs_servers_changed";
        let (without, _) = GOOD_OBJECT.split_once(one).unwrap();
        assert_rejected(EACH, &RULE, without, "no xen_rs_servers_changed");
        // There, but not for others to see.
        let names = expect::exports(expect::HEADER).unwrap();
        let local = names
            .iter()
            .fold(String::new(), |code, name| code + name + ": ret\n");
        assert_rejected(EACH, &RULE, &local, "no global symbol");
    }
}
