// SPDX-License-Identifier: GPL-2.0-only

//! Each hook calls what it is there to call.
//!
//! A hook is a static function, which the compiler may inline, or split, or
//! copy; a call from where its code went serves as well. What GCC 12.2 makes of
//! Xen 4.17 and 4.20:
//!
//! On arm64, at the levels that Xen uses, -O2 and for debug -O1, each hook stays
//! one function, and so it does at -Og, -Os and -O3. The last call of
//! `do_trap_hypercall()` becomes a `b` from -O2 on. Only when told to inline
//! beyond reason (`-finline-limit=100000`) does GCC put `do_trap_hypercall()`
//! into `do_trap_guest_sync()`, which calls it for arm64 and for arm32 guests,
//! and leave nothing of it behind.
//!
//! On arm32 there are only arm32 guests and so only one such call, and that is
//! what becomes of it at every level but -Og.
//!
//! `p2m_free_entry()` calls itself and so always stays, if with copies in its
//! callers, or with the hook twice; `vcpu_ioreq_handle_completion()` is called
//! from other files.

use super::Hypervisor;
use super::calls::{callers, is_part_of};
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// A P2M leaf that is freed is decided on in Rust.
pub const LEAF_FREED: Rule<Hypervisor> = Rule {
    name: "leaf-freed",
    check: |xen| reached(xen, P2M_FREE_ENTRY, "xen_rs_p2m_leaf_freed"),
};

/// A hypercall on its way back takes the note in Rust.
pub const HYPERCALL: Rule<Hypervisor> = Rule {
    name: "hypercall",
    check: |xen| reached(xen, DO_TRAP_HYPERCALL, "xen_rs_mapcache_signal"),
};

/// So does a vCPU whose ioreqs are answered.
pub const COMPLETION: Rule<Hypervisor> = Rule {
    name: "completion",
    check: |xen| reached(xen, HANDLE_COMPLETION, "xen_rs_mapcache_signal"),
};

/// Upstream decides on a freed leaf in C.
pub const C_LEAF_FREED: Rule<Hypervisor> = Rule {
    name: "c-leaf-freed",
    check: |xen| reached(xen, P2M_FREE_ENTRY, "ioreq_request_mapcache_invalidate"),
};

/// Upstream tells in C at the end of a hypercall.
pub const C_HYPERCALL: Rule<Hypervisor> = Rule {
    name: "c-hypercall",
    check: |xen| reached(xen, DO_TRAP_HYPERCALL, "ioreq_signal_mapcache_invalidate"),
};

/// And when a vCPU's ioreqs are answered.
pub const C_COMPLETION: Rule<Hypervisor> = Rule {
    name: "c-completion",
    check: |xen| reached(xen, HANDLE_COMPLETION, "ioreq_signal_mapcache_invalidate"),
};

/// The functions whose code holds a hook: itself first, then those that it may
/// be inlined into without a trace. Copies and parts (`.part.0`) go with each.
type Hook = &'static [&'static str];

const P2M_FREE_ENTRY: Hook = &["p2m_free_entry"];
const DO_TRAP_HYPERCALL: Hook = &["do_trap_hypercall", "do_trap_guest_sync"];
const HANDLE_COMPLETION: Hook = &["vcpu_ioreq_handle_completion"];

fn reached(xen: &Hypervisor, hook: Hook, callee: &str) -> Outcome {
    let wanted = format!("{callee} called by {}", hook.join(" or "));
    let Some(callers) = callers(&xen.elf, callee) else {
        return Finding::err(format!("no {callee}"), wanted);
    };
    let from: Vec<&&str> = callers
        .iter()
        .filter(|caller| hook.iter().any(|function| is_part_of(caller, function)))
        .collect();
    if !from.is_empty() {
        Ok(format!("{callee} called by {}", some_of(from)))
    } else if callers.is_empty() {
        Finding::err(format!("no caller of {callee}"), wanted)
    } else {
        Finding::err(format!("{callee} called by {}", some_of(callers)), wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Calls, assert_accepted, assert_rejected, good_xen, upstream_xen};

    /// Each rule, the function that is to call, and the one to be called.
    const ALL: [(&Rule<Hypervisor>, &str, &str); 6] = [
        (&LEAF_FREED, "p2m_free_entry", "xen_rs_p2m_leaf_freed"),
        (&HYPERCALL, "do_trap_hypercall", "xen_rs_mapcache_signal"),
        (
            &COMPLETION,
            "vcpu_ioreq_handle_completion",
            "xen_rs_mapcache_signal",
        ),
        (
            &C_LEAF_FREED,
            "p2m_free_entry",
            "ioreq_request_mapcache_invalidate",
        ),
        (
            &C_HYPERCALL,
            "do_trap_hypercall",
            "ioreq_signal_mapcache_invalidate",
        ),
        (
            &C_COMPLETION,
            "vcpu_ioreq_handle_completion",
            "ioreq_signal_mapcache_invalidate",
        ),
    ];

    #[test]
    fn accepts_a_call_or_a_last_call() {
        for (rule, hook, callee) in ALL {
            assert_accepted(rule, Calls::new().call(hook, callee).build());
            assert_accepted(rule, Calls::new().last_call(hook, callee).build());
            // Whoever else calls it.
            let others = Calls::new().call("other", callee).call(hook, callee);
            assert_accepted(rule, others.build());
        }
        for rule in [&LEAF_FREED, &HYPERCALL, &COMPLETION] {
            assert_accepted(rule, good_xen());
        }
        for rule in [&C_LEAF_FREED, &C_HYPERCALL, &C_COMPLETION] {
            assert_accepted(rule, upstream_xen());
        }
    }

    #[test]
    fn accepts_a_call_from_where_the_code_went() {
        for (rule, hook, callee) in ALL {
            for made in ["part.0", "isra.0", "constprop.0", "cold"] {
                let clone = format!("{hook}.{made}");
                assert_accepted(rule, Calls::new().call(&clone, callee).build());
            }
        }
        let inlined = Calls::new().call("do_trap_guest_sync", "xen_rs_mapcache_signal");
        assert_accepted(&HYPERCALL, inlined.build());
    }

    #[test]
    fn rejects_without_a_call_from_the_hook() {
        for (rule, hook, callee) in ALL {
            let uncalled = Calls::new().call(hook, "other").function(callee);
            assert_rejected(rule, uncalled.build(), "no caller");
            let by_another = Calls::new().call("another", callee).function(hook);
            assert_rejected(rule, by_another.build(), "called by another");
            let alike = format!("{hook}_other");
            let by_alike = Calls::new().call(&alike, callee).function(hook);
            assert_rejected(rule, by_alike.build(), &alike);
            let itself = Calls::new().call(callee, callee).function(hook);
            assert_rejected(rule, itself.build(), "no caller");
        }
    }

    #[test]
    fn rejects_the_other_hypervisor() {
        for (rule, _, callee) in ALL {
            let other = if callee.starts_with("xen_rs_") {
                upstream_xen()
            } else {
                good_xen()
            };
            assert_rejected(rule, other, callee);
        }
    }

    #[test]
    fn rejects_one_hook_in_place_of_another() {
        let callee = "xen_rs_mapcache_signal";
        let completion = Calls::new().call("vcpu_ioreq_handle_completion", callee);
        assert_rejected(
            &HYPERCALL,
            completion.build(),
            "vcpu_ioreq_handle_completion",
        );
        let hypercall = Calls::new().call("do_trap_hypercall", callee);
        assert_rejected(&COMPLETION, hypercall.build(), "do_trap_hypercall");
    }
}
