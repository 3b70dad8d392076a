// SPDX-License-Identifier: GPL-2.0-only

//! The exports, called by Rust on structures that have the fields where `ffi` has
//! them, with Xen's functions in Rust too: so that Miri can look at every access
//! that the component makes through C's pointers.
//!
//! ```text
//! cargo miri test -p xen-rs --test hooks
//! ```
//!
//! It runs without Miri just as well. What is decided when, `tests/abi.rs` has in
//! more detail.
#![cfg(not(loom))]

mod functions;
mod machine;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use functions::Xen;
use machine::{Guest, Vcpu};

/// What `mapcache_defer_limit` is.
const LIMIT: i64 = 1000;

const DUE: u8 = 1;
const DEFERRED: u8 = 2;
const FOREIGN: u8 = 4;

#[test]
fn an_own_removal_is_sent_once_by_who_made_it() {
    let guest = Guest::new(1, 3);
    guest.servers_changed(true);
    let curr = guest.vcpu(1);
    curr.leaf_freed(&guest, true);
    curr.leaf_freed(&guest, true);
    assert_eq!(curr.own(), DUE);
    assert!(curr.exit_work() && curr.send() && !curr.send() && !curr.exit_work());
    assert_eq!(Xen::get(|xen| xen.broadcasts), 1);
    assert!(guest.vcpus().all(|v| v.own() == 0 && !v.foreign()));
}

#[test]
fn what_is_not_ram_or_has_no_server_is_not_flagged() {
    let guest = Guest::new(1, 2);
    let curr = guest.vcpu(0);
    curr.leaf_freed(&guest, true);
    assert_eq!(curr.own(), 0);
    guest.servers_changed(true);
    curr.leaf_freed(&guest, false);
    assert_eq!(curr.own(), 0);
    guest.servers_changed(false);
    curr.leaf_freed(&guest, true);
    assert_eq!(curr.own(), 0);
}

#[test]
fn a_foreign_removal_is_sent_by_every_vcpu_and_kicked_once() {
    let (toolstack, guest) = (Guest::new(0, 1), Guest::new(1, 3));
    Xen::domains(&[&toolstack, &guest]);
    guest.servers_changed(true);
    let curr = toolstack.vcpu(0);
    for _ in 0..2 {
        curr.leaf_freed(&guest, true);
        assert!(guest.vcpus().all(|v| !v.foreign()));
        assert_eq!(curr.own(), FOREIGN);
    }

    assert!(!curr.exit_work() && !curr.exit_work());
    assert_eq!(Xen::get(|xen| xen.foreign_removals), 2);
    let every: Vec<_> = guest.vcpus().map(|v| v.ptr()).collect();
    Xen::get(|xen| assert_eq!(xen.kicked, every));
    Xen::get(|xen| assert_eq!((xen.locked, xen.unlocked), (1, 1)));

    for (n, v) in guest.vcpus().enumerate() {
        assert!(v.exit_work() && v.send() && !v.send());
        assert_eq!(Xen::get(|xen| xen.broadcasts), n + 1);
    }
}

#[test]
fn nobody_is_flagged_while_the_domain_is_built() {
    let (toolstack, guest) = (Guest::new(0, 1), Guest::under_construction(1, 2));
    guest.servers_changed(true);
    let curr = toolstack.vcpu(0);
    curr.leaf_freed(&guest, true);
    curr.flag_all(&guest);
    assert_eq!(curr.own(), 0);
    assert!(guest.vcpus().all(|v| !v.foreign()));
}

#[test]
fn a_domain_without_vcpus_has_none_to_flag_or_kick() {
    let (toolstack, empty) = (Guest::new(0, 1), Guest::new(1, 0));
    empty.servers_changed(true);
    let curr = toolstack.vcpu(0);
    curr.leaf_freed(&empty, true);
    Xen::domains(&[&empty]);
    assert!(!curr.exit_work());
    assert_eq!(Xen::get(|xen| xen.kicked.len()), 0);
}

#[test]
fn a_domain_that_is_gone_is_not_touched() {
    let toolstack = Guest::new(0, 1);
    let curr = toolstack.vcpu(0);
    {
        let guest = Guest::new(1, 2);
        guest.servers_changed(true);
        curr.leaf_freed(&guest, true);
    }
    Xen::domains(&[&toolstack]);
    assert!(!curr.exit_work());
    assert_eq!(curr.own(), 0);
    Xen::get(|xen| assert_eq!((xen.kicked.len(), xen.locked), (0, 0)));
}

#[test]
fn the_domain_before_is_flagged_when_another_follows() {
    let (toolstack, first, second) = (Guest::new(0, 1), Guest::new(1, 1), Guest::new(2, 1));
    Xen::domains(&[&first, &second]);
    let curr = toolstack.vcpu(0);
    for guest in [&first, &second] {
        guest.servers_changed(true);
        curr.leaf_freed(guest, true);
    }
    assert!(first.vcpu(0).foreign() && !second.vcpu(0).foreign());
    Xen::get(|xen| assert_eq!(xen.kicked, [first.vcpu(0).ptr()]));
    assert!(!curr.exit_work());
    assert!(second.vcpu(0).foreign());
    Xen::get(|xen| assert_eq!(xen.kicked, [first.vcpu(0).ptr(), second.vcpu(0).ptr()]));
}

#[test]
fn what_completes_before_the_remover_leaves_is_flagged_at_once() {
    let (idle, guest) = (Guest::new(ffi::DOMID_IDLE, 1), Guest::new(1, 2));
    let toolstack = Guest::new(0, 1);
    guest.servers_changed(true);
    for (curr, in_multicall) in [(idle.vcpu(0), false), (toolstack.vcpu(0), true)] {
        Xen::set(|xen| xen.in_multicall = in_multicall);
        for _ in 0..2 {
            curr.leaf_freed(&guest, true);
            assert_eq!(Xen::set(|xen| xen.kicked.drain(..).count()), 2);
            assert!(guest.vcpus().all(|v| v.send()));
        }
        assert_eq!(curr.own(), 0);
    }
}

#[test]
fn what_a_shutdown_drops_is_flagged_again() {
    let (toolstack, guest) = (Guest::new(0, 1), Guest::new(1, 1));
    Xen::domains(&[&guest]);
    guest.servers_changed(true);
    toolstack.vcpu(0).leaf_freed(&guest, true);
    assert!(!toolstack.vcpu(0).exit_work());
    let curr = guest.vcpu(0);
    curr.leaf_freed(&guest, true);
    Xen::set(|xen| xen.shutting_down = true);
    assert!(curr.send());
    assert!(curr.own() == DUE && curr.foreign());
    Xen::set(|xen| xen.shutting_down = false);
    assert!(curr.send() && !curr.send());
    assert_eq!(Xen::get(|xen| xen.broadcasts), 1);
}

#[test]
fn of_what_a_shutdown_drops_each_kind_is_flagged_again_alone() {
    let (toolstack, guest) = (Guest::new(0, 1), Guest::new(1, 2));
    Xen::domains(&[&guest]);
    guest.servers_changed(true);
    let (own, foreign) = (guest.vcpu(0), guest.vcpu(1));
    own.leaf_freed(&guest, true);
    Xen::set(|xen| xen.shutting_down = true);
    assert!(own.send());
    assert!(own.own() == DUE && !own.foreign());
    toolstack.vcpu(0).leaf_freed(&guest, true);
    assert!(!toolstack.vcpu(0).exit_work());
    assert!(foreign.send());
    assert!(foreign.own() == 0 && foreign.foreign());
}

#[test]
fn a_server_that_missed_something_is_sent_to_by_every_vcpu() {
    let (toolstack, guest) = (Guest::new(0, 1), Guest::new(1, 2));
    Xen::domains(&[&guest]);
    guest.servers_changed(true);
    toolstack.vcpu(0).flag_all(&guest);
    assert_eq!(toolstack.vcpu(0).own(), FOREIGN);
    assert!(!toolstack.vcpu(0).exit_work());
    // Which is no removal to warn of.
    assert_eq!(Xen::get(|xen| xen.foreign_removals), 0);
    assert!(guest.vcpus().all(|v| v.foreign() && v.exit_work()));
}

#[test]
fn a_continuation_is_flagged_on_whatever_vcpu_it_is() {
    let guest = Guest::new(1, 2);
    guest.vcpu(1).continued();
    assert_eq!(guest.vcpu(1).own(), 0);
    guest.servers_changed(true);
    guest.vcpu(1).continued();
    assert_eq!(guest.vcpu(1).own(), DUE);
}

#[test]
fn what_is_not_known_to_continue_is_not_deferred() {
    let guest = Guest::new(1, 1);
    guest.servers_changed(true);
    guest.vcpu(0).leaf_freed(&guest, true);
    guest.vcpu(0).preempted(false);
    assert_eq!((guest.vcpu(0).own(), guest.vcpu(0).since()), (DUE, 0));
}

/// A removal of vCPU 0 whose hypercall was preempted.
fn deferred() -> Guest {
    let guest = Guest::new(1, 2);
    guest.servers_changed(true);
    Xen::set(|xen| xen.now = 7);
    guest.vcpu(0).leaf_freed(&guest, true);
    guest.vcpu(0).preempted(true);
    assert_eq!(guest.vcpu(0).own(), DEFERRED);
    guest
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no extern static")]
fn a_deferred_invalidation_waits_up_to_the_limit() {
    let guest = deferred();
    let curr = guest.vcpu(0);
    Xen::set(|xen| xen.now = 7 + LIMIT - 1);
    assert!(!curr.exit_work() && !curr.send());
    Xen::set(|xen| xen.now = 7 + LIMIT);
    assert!(curr.exit_work() && curr.send());
    assert_eq!(curr.since(), 0);
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no extern static")]
fn the_limit_counts_from_the_first_preemption() {
    let guest = deferred();
    let curr = guest.vcpu(0);
    Xen::set(|xen| xen.now = LIMIT);
    curr.continued();
    curr.preempted(true);
    assert_eq!((curr.own(), curr.since()), (DEFERRED, 7));
    Xen::set(|xen| xen.now = 7 + LIMIT);
    assert!(curr.exit_work());
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no extern static")]
fn a_deferred_invalidation_waits_for_a_vcpu_that_runs() {
    let guest = deferred();
    assert!(!guest.vcpu(0).exit_work());
    Xen::set(|xen| xen.paused = true);
    assert!(guest.vcpu(0).exit_work());
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no extern static")]
fn a_deferred_invalidation_is_due_with_the_next_removal() {
    let guest = deferred();
    guest.vcpu(0).leaf_freed(&guest, true);
    assert!(guest.vcpu(0).exit_work() && guest.vcpu(0).send());
    assert_eq!(guest.vcpu(0).own(), 0);
}

#[test]
#[cfg_attr(miri, ignore = "Miri has no extern static")]
fn where_nothing_is_due_nothing_is_deferred() {
    let guest = Guest::new(1, 1);
    guest.servers_changed(true);
    Xen::set(|xen| xen.now = 7);
    guest.vcpu(0).preempted(true);
    assert_eq!((guest.vcpu(0).own(), guest.vcpu(0).since()), (0, 0));
}

/// A vCPU takes flags while the toolstack removes: whatever the last broadcast
/// does not see has flagged the vCPU again.
#[test]
fn no_removal_is_lost() {
    const ROUNDS: usize = if cfg!(miri) { 50 } else { 5000 };

    fn remove(curr: Vcpu<'_>, guest: &Guest, entry: &AtomicUsize) {
        for round in 1..=ROUNDS {
            entry.store(round, Ordering::Relaxed);
            curr.leaf_freed(guest, true);
            assert!(!curr.exit_work());
        }
    }

    let (toolstack, guest) = (Guest::new(0, 1), Guest::new(1, 2));
    Xen::domains(&[&guest]);
    guest.servers_changed(true);
    let (entry, done) = (AtomicUsize::new(0), AtomicBool::new(false));
    thread::scope(|s| {
        for v in guest.vcpus() {
            let (entry, done) = (&entry, &done);
            s.spawn(move || {
                let mut seen = 0;
                loop {
                    let last = done.load(Ordering::Acquire);
                    if v.exit_work() && v.send() {
                        seen = entry.load(Ordering::Relaxed);
                    }
                    if last {
                        break;
                    }
                }
                assert_eq!(seen, ROUNDS);
            });
        }
        remove(toolstack.vcpu(0), &guest, &entry);
        done.store(true, Ordering::Release);
    });
}
