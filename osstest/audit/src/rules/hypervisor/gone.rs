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
        .elf
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
    let Some(callers) = callers(&xen.elf, callee) else {
        return Finding::err(format!("no {callee}"), wanted);
    };
    if callers.iter().all(|found| is_part_of(found, caller)) {
        Ok(format!(
            "{callee} called by {}",
            match callers.len() {
                0 => "nobody".to_owned(),
                _ => some_of(callers),
            }
        ))
    } else {
        Finding::err(format!("{callee} called by {}", some_of(callers)), wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Calls, assert_accepted, assert_rejected, good_xen, upstream_xen};

    #[test]
    fn no_c_request_accepts_and_rejects() {
        assert_accepted(&C_REQUEST, good_xen());
        assert_rejected(&C_REQUEST, upstream_xen(), REQUEST);
        let part = good_xen().local("ioreq_request_mapcache_invalidate.part.0", 0, 4);
        assert_rejected(&C_REQUEST, part, "part.0");
    }

    #[test]
    fn only_component_sends_accepts_and_rejects() {
        assert_accepted(&C_SEND, good_xen());
        let beside = Calls::new()
            .call("xen_rs_mapcache_send", SIGNAL)
            .last_call("do_trap_hypercall", SIGNAL);
        assert_rejected(&C_SEND, beside.build(), "do_trap_hypercall");
        assert_rejected(&C_SEND, upstream_xen(), "vcpu_ioreq_handle_completion");
        let nothing = Calls::new().function("xen_rs_mapcache_send");
        assert_rejected(&C_SEND, nothing.build(), "no ioreq_signal");
    }

    #[test]
    fn one_broadcast_accepts_and_rejects() {
        assert_accepted(&C_SEND_INLINE, good_xen());
        // ioreq_broadcast() itself inlined, as GCC does at -O3.
        assert_accepted(&C_SEND_INLINE, Calls::new().function(BROADCAST).build());
        let inlined = Calls::new()
            .call(SIGNAL, BROADCAST)
            .call("vcpu_ioreq_handle_completion", BROADCAST);
        assert_rejected(
            &C_SEND_INLINE,
            inlined.build(),
            "vcpu_ioreq_handle_completion",
        );
    }
}
