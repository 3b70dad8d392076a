// SPDX-License-Identifier: GPL-2.0-only

//! The component is part of the hypervisor, or is not.

use std::collections::BTreeSet;

use super::Hypervisor;
use crate::expect::PREFIX;
use crate::outcome::{Finding, Outcome, Rule, difference, some_of};

/// All exports are there, and nothing else by such a name.
pub const LINKED: Rule<Hypervisor> = Rule {
    name: "exports-linked",
    check: linked,
};

/// None are, nor what serves them.
pub const ABSENT: Rule<Hypervisor> = Rule {
    name: "exports-absent",
    check: absent,
};

/// What the C functions that Rust calls start with.
const HELPER_PREFIX: &str = "rust_helper_";

fn linked(xen: &Hypervisor) -> Outcome {
    let found: BTreeSet<String> = with_prefix(xen, PREFIX).cloned().collect();
    let wanted = "the exports of the header";
    if found == xen.exports {
        Ok(format!("{} and no other", found.len()))
    } else if found.is_empty() {
        Finding::err(format!("no {PREFIX}*"), wanted)
    } else {
        Finding::err(difference(&found, &xen.exports), wanted)
    }
}

fn absent(xen: &Hypervisor) -> Outcome {
    let exports = with_prefix(xen, PREFIX);
    let found: Vec<&String> = exports.chain(with_prefix(xen, HELPER_PREFIX)).collect();
    if found.is_empty() {
        Ok(format!("in {} symbols", xen.elf.symbols.len()))
    } else {
        Finding::err(some_of(found), format!("no {PREFIX}*, no {HELPER_PREFIX}*"))
    }
}

fn with_prefix<'a>(xen: &'a Hypervisor, prefix: &str) -> impl Iterator<Item = &'a String> {
    xen.elf
        .symbols
        .iter()
        .filter(|symbol| symbol.is_defined())
        .map(|symbol| &symbol.name)
        .filter(move |name| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Build, assert_accepted, assert_rejected, good_xen, upstream_xen};

    #[test]
    fn linked_accepts_the_exports() {
        assert_accepted(&LINKED, good_xen());
    }

    #[test]
    fn linked_rejects_too_few_and_too_many() {
        assert_rejected(&LINKED, upstream_xen(), "no xen_rs_*");
        let one = Build::executable(0)
            .text(&[0u32])
            .function("xen_rs_mapcache_send", 0, 4);
        assert_rejected(&LINKED, one, "no xen_rs_exit_work");
        let more = good_xen().function("xen_rs_other", 0, 4);
        assert_rejected(&LINKED, more, "xen_rs_other");
    }

    #[test]
    fn absent_accepts_upstream() {
        assert_accepted(&ABSENT, upstream_xen());
    }

    #[test]
    fn absent_rejects_the_component_and_its_helpers() {
        assert_rejected(&ABSENT, good_xen(), "xen_rs_leaf_freed");
        let helper = upstream_xen().function("rust_helper_vcpu_runnable", 0, 4);
        assert_rejected(&ABSENT, helper, "rust_helper_vcpu_runnable");
    }
}
