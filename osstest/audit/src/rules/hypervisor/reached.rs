// SPDX-License-Identifier: GPL-2.0-only

//! Each hook calls what it is there to call.
//!
//! A hook is in a function that the compiler may inline, or split, or copy, if it
//! is static; a call from where its code went serves as well. What GCC 12.2 makes
//! of Xen 4.17 and 4.20:
//!
//! On arm64, at the levels that Xen uses, -O2 and for debug -O1,
//! `do_trap_hypercall()` stays one function; only when told to inline beyond
//! reason does GCC put it into `do_trap_guest_sync()`. On arm32 there are only
//! arm32 guests and so only one call of it, and it is inlined.
//!
//! `p2m_free_entry()` calls itself and so always stays, if with copies in its
//! callers, or with the hook twice. `set_ioreq_server()` goes into those that
//! create and destroy servers, and these, as `ioreq_server_enable()` does, into
//! `ioreq_server_dm_op()`. `check_for_vcpu_work()` goes into
//! `leave_hypervisor_to_guest()`, but not `do_vcpu_work()`, by its attribute. The
//! others are called from other files.

use super::Hypervisor;
use super::calls::{callers, is_part_of};
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// The functions whose code holds a hook: itself first, then those that it may
/// be inlined into without a trace. Copies and parts (`.part.0`) go with each.
type Hook = &'static [&'static str];

const P2M_FREE_ENTRY: Hook = &["p2m_free_entry"];
const DO_TRAP_HYPERCALL: Hook = &["do_trap_hypercall", "do_trap_guest_sync"];
const HANDLE_COMPLETION: Hook = &["vcpu_ioreq_handle_completion"];
const DO_MEMORY_OP: Hook = &["do_memory_op"];
const DO_VCPU_WORK: Hook = &["do_vcpu_work"];
const CHECK_FOR_VCPU_WORK: Hook = &["check_for_vcpu_work", "leave_hypervisor_to_guest"];
const SET_IOREQ_SERVER: Hook = &[
    "set_ioreq_server",
    "ioreq_server_create",
    "ioreq_server_destroy",
    "ioreq_server_destroy_all",
    "ioreq_server_dm_op",
];
const IOREQ_SERVER_ENABLE: Hook = &[
    "ioreq_server_enable",
    "ioreq_server_set_state",
    "ioreq_server_dm_op",
];

/// The rules: `NAME = "name", HOOK => "what it calls";`.
macro_rules! rules {
    ($($(#[$doc:meta])* $rule:ident = $name:literal, $hook:ident => $callee:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $rule: Rule<Hypervisor> = Rule {
                name: $name,
                check: |xen| reached(xen, $hook, $callee),
            };
        )*

        /// Each rule, the function that is to call, and the one to be called.
        #[cfg(test)]
        const ALL: &[(&Rule<Hypervisor>, &str, &str)] = &[$((&$rule, $hook[0], $callee)),*];
    };
}

rules! {
    /// A P2M leaf that is freed is decided on in Rust.
    LEAF_FREED = "leaf-freed", P2M_FREE_ENTRY => "xen_rs_leaf_freed";
    /// A hypercall that is preempted may defer what is due.
    PREEMPTED = "preempted", DO_TRAP_HYPERCALL => "xen_rs_hypercall_preempted";
    /// One that goes on sends.
    CONTINUED = "continued", DO_MEMORY_OP => "xen_rs_hypercall_continued";
    /// A vCPU on its way to the guest asks what there is to do.
    EXIT_WORK = "exit-work", DO_VCPU_WORK => "xen_rs_exit_work";
    /// And it does so whenever the one word that it reads is not 0.
    WAY_OUT = "way-out", CHECK_FOR_VCPU_WORK => "do_vcpu_work";
    /// A vCPU whose ioreqs are complete sends what is due.
    COMPLETION = "completion", HANDLE_COMPLETION => "xen_rs_mapcache_send";
    /// A freed leaf hears of ioreq servers that come and go.
    SERVERS_CHANGED = "servers-changed", SET_IOREQ_SERVER => "xen_rs_servers_changed";
    /// A server that was disabled is sent to when it is enabled.
    SERVER_ENABLED = "server-enabled", IOREQ_SERVER_ENABLE => "xen_rs_flag_all";

    /// Upstream decides on a freed leaf in C.
    C_LEAF_FREED = "c-leaf-freed", P2M_FREE_ENTRY => "ioreq_request_mapcache_invalidate";
    /// Upstream sends in C at the end of a hypercall.
    C_HYPERCALL = "c-hypercall", DO_TRAP_HYPERCALL => "ioreq_signal_mapcache_invalidate";
    /// And when a vCPU's ioreqs are complete.
    C_COMPLETION = "c-completion", HANDLE_COMPLETION => "ioreq_signal_mapcache_invalidate";
}

fn reached(xen: &Hypervisor, hook: Hook, callee: &str) -> Outcome {
    let wanted = format!("{callee} called by {}", hook.join(" or "));
    let is_there = |caller: &&str| hook.iter().any(|function| is_part_of(caller, function));
    let found = callers(&xen.listing, callee).and_then(|callers| {
        let (from, others): (Vec<_>, Vec<_>) = callers.into_iter().partition(is_there);
        match (from.is_empty(), others.is_empty()) {
            (false, _) => Ok(format!("{callee} called by {}", some_of(from))),
            (true, true) => Err(format!("no caller of {callee}")),
            (true, false) => Err(format!("{callee} called by {}", some_of(others))),
        }
    });
    found.or_else(|found| Finding::err(found, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOTH, GOOD_XEN, UPSTREAM_XEN, assert_accepted, assert_rejected};

    /// A function that nothing else is said of.
    fn function(name: &str) -> String {
        format!("function {name}; ret; end\n")
    }

    /// One function that calls another.
    fn call(caller: &str, callee: &str) -> String {
        format!("function_calls {caller}, {callee}\n")
    }

    #[test]
    fn accepts_a_call_or_a_last_call() {
        for &(rule, hook, callee) in ALL {
            let is_there = function(callee);
            assert_accepted(BOTH, rule, &(call(hook, callee) + &is_there));
            let last_call = format!("function_ends {hook}, {callee}\n");
            assert_accepted(BOTH, rule, &(last_call + &is_there));
            // Whoever else calls it.
            let others = call("other", callee) + &call(hook, callee) + &is_there;
            assert_accepted(BOTH, rule, &others);
        }
        for rule in &ALL[..8] {
            assert_accepted(BOTH, rule.0, GOOD_XEN);
        }
        for rule in &ALL[8..] {
            assert_accepted(BOTH, rule.0, UPSTREAM_XEN);
        }
    }

    #[test]
    fn accepts_a_call_from_where_the_code_went() {
        for &(rule, hook, callee) in ALL {
            for made in ["part.0", "isra.0", "constprop.0", "cold"] {
                let clone = call(&format!("{hook}.{made}"), callee);
                assert_accepted(BOTH, rule, &(clone + &function(callee)));
            }
        }
        // The first of a hook too, where no hypervisor of the tests calls from it.
        for (rule, into) in [
            (&PREEMPTED, "do_trap_guest_sync"),
            (&WAY_OUT, "check_for_vcpu_work"),
            (&WAY_OUT, "leave_hypervisor_to_guest"),
            (&SERVERS_CHANGED, "set_ioreq_server"),
            (&SERVERS_CHANGED, "ioreq_server_dm_op"),
            (&SERVER_ENABLED, "ioreq_server_enable"),
            (&SERVER_ENABLED, "ioreq_server_dm_op"),
        ] {
            let same = |(one, ..): &&(&Rule<_>, _, _)| one.name == rule.name;
            let (.., callee) = ALL.iter().find(same).unwrap();
            assert_accepted(BOTH, rule, &(call(into, callee) + &function(callee)));
        }
    }

    #[test]
    fn rejects_without_a_call_from_the_hook() {
        for &(rule, hook, callee) in ALL {
            let uncalled = call(hook, "other") + &function("other") + &function(callee);
            assert_rejected(BOTH, rule, &uncalled, "no caller");
            let by_another = call("another", callee) + &function(hook) + &function(callee);
            assert_rejected(BOTH, rule, &by_another, "called by another");
            let alike = format!("{hook}_other");
            let by_alike = call(&alike, callee) + &function(hook) + &function(callee);
            assert_rejected(BOTH, rule, &by_alike, &alike);
            let itself = call(callee, callee) + &function(hook);
            assert_rejected(BOTH, rule, &itself, "no caller");
        }
    }

    #[test]
    fn rejects_the_other_hypervisor() {
        for (rule, _, callee) in &ALL[..8] {
            assert_rejected(BOTH, rule, UPSTREAM_XEN, callee);
        }
        for (rule, _, callee) in &ALL[8..] {
            assert_rejected(BOTH, rule, GOOD_XEN, callee);
        }
    }

    #[test]
    fn rejects_one_hook_in_place_of_another() {
        let callee = "ioreq_signal_mapcache_invalidate";
        let completion = call("vcpu_ioreq_handle_completion", callee) + &function(callee);
        assert_rejected(
            BOTH,
            &C_HYPERCALL,
            &completion,
            "vcpu_ioreq_handle_completion",
        );
        let hypercall = call("do_trap_hypercall", callee) + &function(callee);
        assert_rejected(BOTH, &C_COMPLETION, &hypercall, "do_trap_hypercall");
        // As with the send at the end of the hypercall, which is gone.
        let callee = "xen_rs_mapcache_send";
        let send = call("do_trap_hypercall", callee) + &function(callee);
        assert_rejected(BOTH, &COMPLETION, &send, "do_trap_hypercall");
    }
}
