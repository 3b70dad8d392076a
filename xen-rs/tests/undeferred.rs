// SPDX-License-Identifier: GPL-2.0-only

//! The exports with `mapcache-defer=0`. Xen sets the limit once, while it boots, so
//! this is a program of its own, with the stand-ins of `tests/hooks`.
#![cfg(not(any(loom, miri)))]

#[allow(dead_code, reason = "shared")]
#[path = "hooks/functions.rs"]
mod functions;
#[allow(dead_code, reason = "shared")]
#[path = "hooks/machine.rs"]
mod machine;

use functions::Xen;
use machine::Guest;

/// What `mapcache_defer_limit` is.
const LIMIT: i64 = 0;

#[test]
fn without_a_limit_nothing_is_deferred() {
    let guest = Guest::new(1, 1);
    guest.servers_changed(true);
    let curr = guest.vcpu(0);
    curr.leaf_freed(&guest, true);
    curr.preempted(true);
    assert_eq!(curr.since(), 0);
    assert!(curr.exit_work() && curr.send() && !curr.exit_work());
    assert_eq!(Xen::get(|xen| xen.broadcasts), 1);
}
