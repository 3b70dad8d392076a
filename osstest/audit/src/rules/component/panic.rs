// SPDX-License-Identifier: GPL-2.0-only

//! No panic can be reached.

use super::Component;
use crate::outcome::{Outcome, Rule, none_of};

/// Xen cannot unwind: a panic would be a crash of the host, and the code for
/// its message alone is a hundred times the component.
pub const RULE: Rule<Component> = Rule {
    name: "no-panic",
    check,
};

// Both of Rust's manglings spell an identifier out, with its length before it:
// core::panicking::panic_fmt is `_ZN4core9panicking9panic_fmt17h…E` or
// `_RNvNtCs…_4core9panicking9panic_fmt`.
const TRACES: [&str; 4] = [
    "panic",
    "rust_begin_unwind",
    "rust_eh_personality",
    "_Unwind_",
];

fn check(component: &Component) -> Outcome {
    let listing = &component.listing;
    let found = listing.names(|symbol| TRACES.iter().any(|trace| symbol.name.contains(trace)));
    let seen = format!("in {} symbols", listing.symbols.len());
    none_of(found, seen, "no trace of a panic")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EACH, GOOD_OBJECT, assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_other_names() {
        assert_accepted(EACH, &RULE, GOOD_OBJECT);
        let core = "_RNvMs_NtNtCs5ddx9A5tHIC_4core4sync6atomicNtB4_10AtomicBool4swap: ret";
        assert_accepted(EACH, &RULE, &good_object_and(core));
    }

    #[test]
    fn rejects_every_trace_defined_or_not() {
        for name in [
            "_ZN4core9panicking18panic_bounds_check17h0123456789abcdefE",
            "_RNvNtCs5ddx9A5tHIC_4core9panicking18panic_bounds_check",
            "_RNvNvNtCs5ddx9A5tHIC_4core9panicking11panic_const23panic_const_div_by_zero",
            "_RNvCshBTAvLyOhRv_7___rustc17rust_begin_unwind",
            "rust_begin_unwind",
            "rust_eh_personality",
            "_Unwind_Resume",
            "xen_rs_a_panic_is_reachable",
        ] {
            for more in [format!("{name}: ret"), format!("bl {name}")] {
                assert_rejected(EACH, &RULE, &good_object_and(&more), name);
            }
        }
    }
}
