// SPDX-License-Identifier: GPL-2.0-only

//! The object offers what its header declares, and nothing else.

use std::collections::BTreeSet;

use super::Component;
use crate::outcome::{Finding, Outcome, Rule, difference};

/// A symbol that leaks could clash with one of Xen's, or be used by it.
pub const RULE: Rule<Component> = Rule {
    name: "exports",
    check,
};

fn check(component: &Component) -> Outcome {
    let offered: BTreeSet<String> = component
        .elf
        .symbols
        .iter()
        .filter(|symbol| symbol.global && symbol.is_defined())
        .map(|symbol| symbol.name.clone())
        .collect();
    if offered == component.exports {
        return Ok(format!("{} and no other", offered.len()));
    }
    let found = if offered.is_empty() {
        "no global symbol".to_owned()
    } else {
        difference(&offered, &component.exports)
    };
    Finding::err(found, "the exports of the header")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expect;
    use crate::testing::{Build, assert_accepted, assert_rejected, good_object};

    #[test]
    fn accepts_the_exports_and_local_symbols() {
        assert_accepted(&RULE, good_object());
        assert_accepted(&RULE, good_object().local("helper", 0, 4));
    }

    #[test]
    fn rejects_a_symbol_too_many() {
        assert_rejected(&RULE, good_object().function("leaked", 0, 4), "leaked");
        assert_rejected(&RULE, good_object().weak("leaked_weak", 0), "leaked_weak");
        assert_rejected(
            &RULE,
            good_object().common("leaked_common"),
            "leaked_common",
        );
    }

    #[test]
    fn rejects_a_symbol_too_few() {
        let one = Build::object()
            .text(&[0u32; 4])
            .function("xen_rs_exit_work", 0, 8)
            .function("xen_rs_flag_all", 0, 8)
            .function("xen_rs_hypercall_continued", 0, 8)
            .function("xen_rs_hypercall_preempted", 0, 8)
            .function("xen_rs_leaf_freed", 0, 8)
            .function("xen_rs_mapcache_send", 0, 8);
        assert_rejected(&RULE, one, "no xen_rs_servers_changed");
        // There, but not for others to see.
        let names = expect::exports(expect::HEADER).unwrap();
        let local = names
            .iter()
            .fold(Build::object().text(&[0u32]), |build, name| {
                build.local(name, 0, 4)
            });
        assert_rejected(&RULE, local, "no global symbol");
    }
}
