// SPDX-License-Identifier: GPL-2.0-only

//! Nothing of the compiler's run-time library is linked in.

use super::Component;
use crate::outcome::{Outcome, Rule, none_of};

/// Xen has its own `memcpy` and its like, with which those of Rust's
/// `compiler_builtins` would clash, or compete if they are local.
pub const RULE: Rule<Component> = Rule {
    name: "no-runtime",
    check,
};

const MEMORY: [&str; 6] = ["memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen"];

fn check(component: &Component) -> Outcome {
    let listing = &component.listing;
    let found = listing.names(|symbol| symbol.is_defined() && is_runtime(&symbol.name));
    none_of(found, "Xen's own are used", "Xen's own, or none")
}

/// Whether a name is the run-time library's. Two underscores start the names
/// that a compiler calls by itself: `__multi3`, `__aeabi_memcpy`,
/// `__aarch64_swp1_acq_rel`.
fn is_runtime(name: &str) -> bool {
    MEMORY.contains(&name) || name.starts_with("__") || name.contains("compiler_builtins")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{EACH, GOOD_OBJECT, assert_accepted, assert_rejected, good_object_and};

    #[test]
    fn accepts_functions_of_other_names() {
        assert_accepted(EACH, &RULE, GOOD_OBJECT);
        assert_accepted(EACH, &RULE, &good_object_and("memcpy_free: ret"));
        // Whether it may be called is for another rule to say.
        assert_accepted(EACH, &RULE, &good_object_and("bl memcpy"));
    }

    #[test]
    fn rejects_each_function_global_weak_or_local() {
        for name in [
            "memcpy",
            "memmove",
            "memset",
            "memcmp",
            "bcmp",
            "strlen",
            "__udivti3",
            "__aarch64_swp1_acq_rel",
            "__sync_lock_test_and_set_1",
            "__sync_synchronize",
            "__atomic_exchange_1",
            "__aeabi_memcpy",
            "__aeabi_uidiv",
            "_ZN17compiler_builtins3mem6memcpy17h0123456789abcdefE",
            "_RNvNtCs3dW_17compiler_builtins3mem6memcpy",
        ] {
            for more in [
                format!("{name}: ret"),
                format!("function {name}; ret; end"),
                format!(".weak {name}; {name}: ret"),
            ] {
                assert_rejected(EACH, &RULE, &good_object_and(&more), name);
            }
        }
    }
}
