// SPDX-License-Identifier: GPL-2.0-only

//! The component is part of the hypervisor, or is not.

use super::Hypervisor;
use crate::expect::PREFIX;
use crate::listing::Symbol;
use crate::outcome::{Outcome, Rule, exactly, none_of};

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
    let found = with_prefix(xen, PREFIX);
    exactly(found, &xen.exports, &format!("no {PREFIX}*"))
}

fn absent(xen: &Hypervisor) -> Outcome {
    let found = with_prefix(xen, PREFIX).chain(with_prefix(xen, HELPER_PREFIX));
    let seen = format!("in {} symbols", xen.listing.symbols.len());
    none_of(found, seen, format!("no {PREFIX}*, no {HELPER_PREFIX}*"))
}

fn with_prefix<'a>(xen: &'a Hypervisor, prefix: &str) -> impl Iterator<Item = &'a str> {
    let names = xen.listing.names(Symbol::is_defined);
    names.filter(move |name| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOTH, GOOD_XEN, UPSTREAM_XEN, assert_accepted, assert_rejected};

    #[test]
    fn linked_accepts_the_exports() {
        assert_accepted(BOTH, &LINKED, GOOD_XEN);
    }

    #[test]
    fn linked_rejects_too_few_and_too_many() {
        assert_rejected(BOTH, &LINKED, UPSTREAM_XEN, "no xen_rs_*");
        let one = "function xen_rs_mapcache_send; ret; end";
        assert_rejected(BOTH, &LINKED, one, "no xen_rs_exit_work");
        let more = format!("{GOOD_XEN}\n function xen_rs_other; ret; end");
        assert_rejected(BOTH, &LINKED, &more, "xen_rs_other");
    }

    #[test]
    fn absent_accepts_upstream() {
        assert_accepted(BOTH, &ABSENT, UPSTREAM_XEN);
    }

    #[test]
    fn absent_rejects_the_component_and_its_helpers() {
        assert_rejected(BOTH, &ABSENT, GOOD_XEN, "xen_rs_leaf_freed");
        let helper = format!("{UPSTREAM_XEN}\n function rust_helper_vcpu_runnable; ret; end");
        assert_rejected(BOTH, &ABSENT, &helper, "rust_helper_vcpu_runnable");
    }
}
