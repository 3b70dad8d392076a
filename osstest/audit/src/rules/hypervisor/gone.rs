// SPDX-License-Identifier: GPL-2.0-only

//! The C that the component replaces is not there beside it.

use super::Hypervisor;
use super::calls::{callers, is_part_of};
use crate::outcome::{Finding, Outcome, Rule, some_of};

/// No C sets the flag. The function that does is called from another file, so
/// it would be seen.
pub const C_REQUEST: Rule<Hypervisor> = Rule {
    name: "no-c-request",
    check: no_c_request,
};

/// No C sends an invalidation by itself.
pub const C_SEND: Rule<Hypervisor> = Rule {
    name: "only-component-sends",
    check: |xen| only_caller(xen, SIGNAL, "xen_rs_mapcache_send"),
};

/// Nor does it with the sending inlined: all that does is call
/// `ioreq_broadcast()`.
pub const C_SEND_INLINE: Rule<Hypervisor> = Rule {
    name: "one-broadcast",
    check: |xen| only_caller(xen, BROADCAST, SIGNAL),
};

const REQUEST: &str = "ioreq_request_mapcache_invalidate";
const SIGNAL: &str = "ioreq_signal_mapcache_invalidate";
const BROADCAST: &str = "ioreq_broadcast";

fn no_c_request(xen: &Hypervisor) -> Outcome {
    let left = xen
        .listing
        .symbols
        .iter()
        .find(|symbol| is_part_of(&symbol.name, REQUEST));
    match left {
        None => Ok(format!("no {REQUEST}")),
        Some(symbol) => Finding::err(&symbol.name, "the component alone"),
    }
}

/// Whether nobody but `caller` calls `callee`. That nobody at all does is for
/// other rules to reject, or comes of inlining it into `caller`.
fn only_caller(xen: &Hypervisor, callee: &str, caller: &str) -> Outcome {
    let wanted = format!("{callee} called by {caller} alone");
    let found = callers(&xen.listing, callee).and_then(|callers| {
        let alone = callers.iter().all(|found| is_part_of(found, caller));
        let names = match callers.len() {
            0 => "nobody".to_owned(),
            _ => some_of(callers),
        };
        let found = format!("{callee} called by {names}");
        if alone { Ok(found) } else { Err(found) }
    });
    found.or_else(|found| Finding::err(found, wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{BOTH, GOOD_XEN, UPSTREAM_XEN, assert_accepted, assert_rejected};

    #[test]
    fn no_c_request_accepts_and_rejects() {
        assert_accepted(BOTH, &C_REQUEST, GOOD_XEN);
        assert_rejected(BOTH, &C_REQUEST, UPSTREAM_XEN, REQUEST);
        let part = format!("{GOOD_XEN}\n function {REQUEST}.part.0; ret; end");
        assert_rejected(BOTH, &C_REQUEST, &part, "part.0");
    }

    #[test]
    fn only_component_sends_accepts_and_rejects() {
        assert_accepted(BOTH, &C_SEND, GOOD_XEN);
        let beside = GOOD_XEN.replace(
            "do_trap_hypercall, xen_rs_hypercall_preempted",
            &format!("do_trap_hypercall, {SIGNAL}"),
        );
        assert_rejected(BOTH, &C_SEND, &beside, "do_trap_hypercall");
        assert_rejected(BOTH, &C_SEND, UPSTREAM_XEN, "vcpu_ioreq_handle_completion");
        let nothing = "function xen_rs_mapcache_send; ret; end";
        assert_rejected(BOTH, &C_SEND, nothing, "no ioreq_signal");
    }

    #[test]
    fn one_broadcast_accepts_and_rejects() {
        assert_accepted(BOTH, &C_SEND_INLINE, GOOD_XEN);
        // ioreq_broadcast() itself inlined, as GCC does at -O3.
        let uncalled = format!("function {BROADCAST}; ret; end");
        assert_accepted(BOTH, &C_SEND_INLINE, &uncalled);
        let inlined = format!(
            "function_calls {SIGNAL}, {BROADCAST}
             function_calls vcpu_ioreq_handle_completion, {BROADCAST}
             {uncalled}"
        );
        assert_rejected(
            BOTH,
            &C_SEND_INLINE,
            &inlined,
            "vcpu_ioreq_handle_completion",
        );
    }
}
