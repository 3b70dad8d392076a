// SPDX-License-Identifier: GPL-2.0-only

//! The models, for the component and for its mutants.
//!
//! In most, the main thread is a vCPU, and another is a vCPU of another domain,
//! which removes pages. Once that has joined, its hypercalls are complete, and its
//! kicks sent.

use std::any;
use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use crate::component::Component;
use crate::explore::{Extent, explore};
use crate::guest::{Lookup, guest};
use crate::remover::Remover;

const PAGE_A: usize = 1 << 0;
const PAGE_B: usize = 1 << 1;
const PAGE_C: usize = 1 << 2;
const PAGE_D: usize = 1 << 3;

/// No preemption bound.
const EXHAUSTIVE: Option<usize> = None;

/// Two vCPUs remove a page each.
pub(crate) fn own_removals<C: Component>() {
    run::<C>("own_removals", EXHAUSTIVE, 9_000, || {
        let (_, [vcpu0, vcpu1]) = guest::<C, 2>(PAGE_A | PAGE_B, Lookup::Locked);
        let other = thread::spawn(move || {
            vcpu1.hypercall(&[PAGE_B]);
            vcpu1.offline(1..=1);
        });
        vcpu0.hypercall(&[PAGE_A]);
        vcpu0.offline(1..=1);
        join(other);
    });
}

/// A vCPU removes two pages with a hypercall each, and another domain removes two
/// with one: the marks overwrite each other, and one invalidation may serve both.
pub(crate) fn own_and_foreign_removals<C: Component>() {
    run::<C>("own_and_foreign_removals", Some(4), 28_000, || {
        let pages = PAGE_A | PAGE_B | PAGE_C | PAGE_D;
        let (guest, [vcpu]) = guest::<C, 1>(pages, Lookup::Locked);
        let remover = thread::spawn(move || {
            Remover::new(0, guest).hypercall(&[PAGE_C, PAGE_D]);
        });
        vcpu.hypercall(&[PAGE_A]);
        vcpu.hypercall(&[PAGE_B]);
        join(remover);
        vcpu.run();
        vcpu.offline(2..=3);
    });
}

/// A vCPU that is flagged for another domain's removal removes a page: one
/// invalidation serves both.
pub(crate) fn own_removal_by_a_flagged_vcpu<C: Component>() {
    run::<C>("own_removal_by_a_flagged_vcpu", EXHAUSTIVE, 1, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A | PAGE_B, Lookup::Locked);
        Remover::new(0, Arc::clone(&guest)).hypercall(&[PAGE_B]);
        vcpu.hypercall(&[PAGE_A]);
        vcpu.run();
        vcpu.offline(1..=1);
    });
}

/// Another domain removes a page while the vCPU waits in I/O.
pub(crate) fn foreign_removal_during_io<C: Component>() {
    run::<C>("foreign_removal_during_io", EXHAUSTIVE, 150, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A, Lookup::Locked);
        let remover = thread::spawn(move || Remover::new(0, guest).hypercall(&[PAGE_A]));
        vcpu.io();
        vcpu.run();
        join(remover);
        vcpu.run();
        vcpu.offline(1..=1);
    });
}

/// Another domain removes a page of a guest with two vCPUs: each sends once.
pub(crate) fn foreign_removal_on_two_vcpus<C: Component>() {
    run::<C>("foreign_removal_on_two_vcpus", EXHAUSTIVE, 5_000, || {
        let (guest, [vcpu0, vcpu1]) = guest::<C, 2>(PAGE_A, Lookup::Locked);
        let remover = thread::spawn(move || Remover::new(0, guest).hypercall(&[PAGE_A]));
        let other = thread::spawn(move || {
            vcpu1.hypercall(&[]);
            vcpu1
        });
        vcpu0.hypercall(&[]);
        join(remover);
        for vcpu in [vcpu0, join(other)] {
            vcpu.run();
            vcpu.offline(1..=1);
        }
    });
}

/// Another domain removes two pages with one hypercall and a third with the next:
/// one invalidation may serve all.
pub(crate) fn foreign_removals<C: Component>() {
    run::<C>("foreign_removals", Some(4), 9_000, || {
        let pages = PAGE_A | PAGE_B | PAGE_C;
        let (guest, [vcpu]) = guest::<C, 1>(pages, Lookup::Locked);
        let remover = thread::spawn(move || {
            let remover = Remover::new(0, guest);
            remover.hypercall(&[PAGE_A, PAGE_B]);
            remover.hypercall(&[PAGE_C]);
        });
        vcpu.hypercall(&[]);
        vcpu.run();
        join(remover);
        vcpu.run();
        vcpu.offline(1..=2);
    });
}

/// Another domain removes two pages with a hypercall each, and the emulator's lookup
/// takes no lock: only the flags show it the P2M entries cleared.
pub(crate) fn foreign_removals_without_the_lock<C: Component>() {
    run::<C>(
        "foreign_removals_without_the_lock",
        EXHAUSTIVE,
        10_000,
        || {
            let (guest, [vcpu]) = guest::<C, 1>(PAGE_A | PAGE_B, Lookup::Lockless);
            let remover = thread::spawn(move || {
                let remover = Remover::new(0, guest);
                remover.hypercall(&[PAGE_A]);
                remover.hypercall(&[PAGE_B]);
            });
            vcpu.hypercall(&[]);
            join(remover);
            vcpu.run();
            vcpu.offline(1..=2);
        },
    );
}

/// Another domain removes pages with the entries of a multicall: each is seen to
/// be complete before the next one starts.
pub(crate) fn multicall<C: Component>() {
    run::<C>("multicall", EXHAUSTIVE, 36_000, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A | PAGE_B, Lookup::Locked);
        let remover = thread::spawn(move || {
            Remover::new(0, guest).multicall(&[&[PAGE_A], &[PAGE_B]]);
        });
        vcpu.run();
        vcpu.run();
        join(remover);
        vcpu.run();
        vcpu.offline(1..=2);
    });
}

/// Two vCPUs of another domain remove a page each, and each has to have the
/// guest's vCPU kicked when its hypercall is complete.
pub(crate) fn two_removers<C: Component>() {
    run::<C>("two_removers", Some(3), 29_000, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A | PAGE_B, Lookup::Locked);
        let other = Arc::clone(&guest);
        let remover0 = thread::spawn(move || Remover::new(0, guest).hypercall(&[PAGE_A]));
        let remover1 = thread::spawn(move || Remover::new(1, other).hypercall(&[PAGE_B]));
        vcpu.run();
        join(remover0);
        join(remover1);
        vcpu.run();
        vcpu.offline(1..=2);
    });
}

/// The same with two pages each: their marks overwrite each other.
pub(crate) fn two_removers_of_two_pages<C: Component>() {
    run::<C>("two_removers_of_two_pages", Some(3), 54_000, || {
        let pages = PAGE_A | PAGE_B | PAGE_C | PAGE_D;
        let (guest, [vcpu]) = guest::<C, 1>(pages, Lookup::Locked);
        let other = Arc::clone(&guest);
        let remover0 = thread::spawn(move || {
            Remover::new(0, guest).hypercall(&[PAGE_A, PAGE_B]);
        });
        let remover1 = thread::spawn(move || {
            Remover::new(1, other).hypercall(&[PAGE_C, PAGE_D]);
        });
        vcpu.run();
        join(remover0);
        join(remover1);
        vcpu.run();
        vcpu.offline(1..=2);
    });
}

/// Another domain removes a page while the vCPU is descheduled on its way out.
pub(crate) fn foreign_removal_while_descheduled<C: Component>() {
    run::<C>("foreign_removal_while_descheduled", EXHAUSTIVE, 700, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A, Lookup::Locked);
        let remover = thread::spawn(move || Remover::new(0, guest).hypercall(&[PAGE_A]));
        vcpu.descheduled();
        vcpu.run();
        join(remover);
        vcpu.run();
        vcpu.offline(1..=1);
    });
}

/// A hypercall is preempted after it removed a page, and the guest's thread
/// migrates: the last continuation, on another vCPU, removes nothing. Meanwhile
/// an interrupt handler on the first vCPU removes another page.
pub(crate) fn deferral_with_migration<C: Component>() {
    run::<C>("deferral_with_migration", EXHAUSTIVE, 7_000, || {
        let (_, [vcpu0, vcpu1]) = guest::<C, 2>(PAGE_A | PAGE_B, Lookup::Locked);
        vcpu0.preempted_hypercall(&[PAGE_A], true);
        let migrated = thread::spawn(move || {
            vcpu1.continued_hypercall(PAGE_A, &[]);
            vcpu1.offline(1..=1);
        });
        vcpu0.hypercall(&[PAGE_B]);
        vcpu0.offline(1..=1);
        join(migrated);
    });
}

/// The same, and the first vCPU does nothing more: it sends when its time is up.
pub(crate) fn deferral_that_expires<C: Component>() {
    run::<C>("deferral_that_expires", EXHAUSTIVE, 450, || {
        let (_, [vcpu0, vcpu1]) = guest::<C, 2>(PAGE_A, Lookup::Locked);
        vcpu0.preempted_hypercall(&[PAGE_A], true);
        let migrated = thread::spawn(move || {
            vcpu1.continued_hypercall(PAGE_A, &[]);
            vcpu1.offline(1..=1);
        });
        vcpu0.expire();
        vcpu0.offline(1..=1);
        join(migrated);
    });
}

/// A removal is deferred, and another domain removes a page: what the vCPU sends
/// for that serves both.
pub(crate) fn deferral_and_foreign_removal<C: Component>() {
    run::<C>("deferral_and_foreign_removal", EXHAUSTIVE, 800, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A | PAGE_B, Lookup::Locked);
        let remover = thread::spawn(move || Remover::new(0, guest).hypercall(&[PAGE_B]));
        vcpu.preempted_hypercall(&[PAGE_A], true);
        join(remover);
        vcpu.run();
        vcpu.offline(1..=2);
    });
}

/// A hypercall is preempted whose continuation is not known when it starts: it
/// completes on another vCPU.
pub(crate) fn preempted_and_not_deferred<C: Component>() {
    run::<C>("preempted_and_not_deferred", EXHAUSTIVE, 1, || {
        let (_, [vcpu0, vcpu1]) = guest::<C, 2>(PAGE_A, Lookup::Locked);
        vcpu0.preempted_hypercall(&[PAGE_A], false);
        let migrated = thread::spawn(move || {
            vcpu1.other_continuation(PAGE_A);
            vcpu1.offline(0..=0);
        });
        join(migrated);
        vcpu0.offline(1..=1);
    });
}

/// The guest is suspended and resumed, and another domain removes a page
/// meanwhile, while a vCPU is about to send for a page of its own.
pub(crate) fn suspend<C: Component>() {
    run::<C>("suspend", EXHAUSTIVE, 21_000, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A | PAGE_B, Lookup::Locked);
        let toolstack = thread::spawn(move || {
            guest.shutdown.suspend();
            Remover::new(0, Arc::clone(&guest)).hypercall(&[PAGE_B]);
            guest.shutdown.resume();
        });
        vcpu.hypercall(&[PAGE_A]);
        vcpu.run();
        join(toolstack);
        vcpu.run();
        vcpu.offline(1..=2);
    });
}

/// The same with the vCPU's own removal alone.
pub(crate) fn suspend_and_own_removal<C: Component>() {
    run::<C>("suspend_and_own_removal", EXHAUSTIVE, 8, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A, Lookup::Locked);
        let toolstack = thread::spawn(move || {
            guest.shutdown.suspend();
            guest.shutdown.resume();
        });
        vcpu.hypercall(&[PAGE_A]);
        join(toolstack);
        vcpu.offline(1..=1);
    });
}

/// The same with the foreign removal alone.
pub(crate) fn suspend_and_foreign_removal<C: Component>() {
    run::<C>("suspend_and_foreign_removal", EXHAUSTIVE, 200, || {
        let (guest, [vcpu]) = guest::<C, 1>(PAGE_A, Lookup::Locked);
        let toolstack = thread::spawn(move || {
            guest.shutdown.suspend();
            Remover::new(0, Arc::clone(&guest)).hypercall(&[PAGE_A]);
            guest.shutdown.resume();
        });
        vcpu.hypercall(&[]);
        vcpu.run();
        join(toolstack);
        vcpu.run();
        vcpu.offline(1..=1);
    });
}

/// Two threads take one flag. In Xen its vCPU alone does.
pub(crate) fn two_takers<C: Component>() {
    run::<C>("two_takers", EXHAUSTIVE, 4, || {
        let component = Arc::new(C::default());
        component.flag_foreign(0);
        let other = thread::spawn({
            let component = Arc::clone(&component);
            move || component.take_foreign(0)
        });
        let taken = component.take_foreign(0);
        assert!(
            taken != join(other),
            "the flag is taken twice, or not at all"
        );
        assert!(!component.take_foreign(0));
    });
}

/// What the thread returns. Should it panic, loom ends the run there and then.
fn join<T>(thread: JoinHandle<T>) -> T {
    thread.join().expect("loom hands on no panic")
}

/// Explores `body` as the model of this name, with the component `C`.
fn run<C>(
    model: &str,
    preemptions: Option<usize>,
    at_least: usize,
    body: impl Fn() + Send + Sync + 'static,
) {
    let component = any::type_name::<C>();
    let component = component
        .rsplit("::")
        .next()
        .unwrap_or(component)
        .trim_end_matches('>');
    let extent = Extent {
        preemptions,
        at_least,
    };
    explore(&format!("{model}, {component}"), &extent, body);
}
