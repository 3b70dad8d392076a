// SPDX-License-Identifier: GPL-2.0-only

//! The models, for any implementation of the notes.

use std::any;
use std::sync::Arc;

use loom::thread::{self, JoinHandle};

use crate::explore::{Extent, explore};
use crate::ledger::Ledger;
use crate::notes::Notes;
use crate::protocol::{Lookup, guest};

const PAGE_A: usize = 1 << 0;
const PAGE_B: usize = 1 << 1;

/// Two vCPUs remove a page each.
pub(crate) fn own_removals<N: Notes>() {
    let extent = Extent {
        preemptions: None,
        at_least: 300_000,
    };
    explore(&name::<N>("own_removals"), &extent, || {
        let (_, [vcpu0, vcpu1], emulator) = guest::<N, 2>(PAGE_A | PAGE_B, Lookup::Locked);
        let emulator = thread::spawn(|| emulator.run());
        let other = thread::spawn(move || {
            vcpu1.hypercall(PAGE_B);
            vcpu1.offline();
        });
        vcpu0.hypercall(PAGE_A);
        vcpu0.offline();
        join(other);
        join(emulator);
    });
}

/// A vCPU removes a page, and another domain removes another.
pub(crate) fn own_and_foreign_removal<N: Notes>() {
    let extent = Extent {
        preemptions: None,
        at_least: 25_000,
    };
    explore(&name::<N>("own_and_foreign_removal"), &extent, || {
        let (guest, [vcpu], emulator) = guest::<N, 1>(PAGE_A | PAGE_B, Lookup::Locked);
        let emulator = thread::spawn(|| emulator.run());
        let remover = thread::spawn(move || guest.remove_from_outside([PAGE_B]));
        vcpu.hypercall(PAGE_A);
        vcpu.hypercall(0);
        join(remover);
        vcpu.hypercall(0);
        vcpu.offline();
        join(emulator);
    });
}

/// Another domain removes a page while the vCPU waits in I/O.
pub(crate) fn foreign_removal_during_io<N: Notes>() {
    let extent = Extent {
        preemptions: None,
        at_least: 250,
    };
    explore(&name::<N>("foreign_removal_during_io"), &extent, || {
        let (guest, [vcpu], emulator) = guest::<N, 1>(PAGE_A, Lookup::Locked);
        let emulator = thread::spawn(|| emulator.run());
        let remover = thread::spawn(move || guest.remove_from_outside([PAGE_A]));
        vcpu.io();
        join(remover);
        vcpu.io();
        vcpu.offline();
        join(emulator);
    });
}

/// Another domain removes a page of a guest with two vCPUs.
pub(crate) fn foreign_removal_on_two_vcpus<N: Notes>() {
    let extent = Extent {
        preemptions: Some(3),
        at_least: 90_000,
    };
    explore(&name::<N>("foreign_removal_on_two_vcpus"), &extent, || {
        let (guest, [vcpu0, vcpu1], emulator) = guest::<N, 2>(PAGE_A, Lookup::Locked);
        let emulator = thread::spawn(|| emulator.run());
        let remover = thread::spawn(move || guest.remove_from_outside([PAGE_A]));
        let other = thread::spawn(move || {
            vcpu1.hypercall(0);
            vcpu1
        });
        vcpu0.hypercall(0);
        join(remover);
        for vcpu in [vcpu0, join(other)] {
            vcpu.hypercall(0);
            vcpu.offline();
        }
        join(emulator);
    });
}

/// Another domain removes two pages, and the emulator's lookup takes no lock:
/// only the note shows it the P2M entries cleared.
///
/// One thread removes both. If two did, the later note could overwrite the
/// earlier one and with it the order that it gives. In Xen the P2M lock keeps
/// the order; here only the swaps that `sync.rs` gives loom for stores would.
pub(crate) fn foreign_removals_without_the_lock<N: Notes>() {
    let extent = Extent {
        preemptions: None,
        at_least: 200_000,
    };
    let name = name::<N>("foreign_removals_without_the_lock");
    explore(&name, &extent, || {
        let (guest, [vcpu], emulator) = guest::<N, 1>(PAGE_A | PAGE_B, Lookup::Lockless);
        let emulator = thread::spawn(|| emulator.run());
        let remover = thread::spawn(move || guest.remove_from_outside([PAGE_A, PAGE_B]));
        vcpu.hypercall(0);
        vcpu.hypercall(0);
        join(remover);
        vcpu.hypercall(0);
        vcpu.offline();
        join(emulator);
    });
}

/// Two vCPUs remove pages and return, and another domain removes one.
pub(crate) fn tellings<N: Notes>() {
    let extent = Extent {
        preemptions: None,
        at_least: 600,
    };
    explore(&name::<N>("tellings"), &extent, || {
        let ledger = Arc::new(Ledger::<N>::default());
        let remover = thread::spawn({
            let ledger = Arc::clone(&ledger);
            move || {
                ledger.ask(0);
                ledger.ask(1);
            }
        });
        let other = thread::spawn({
            let ledger = Arc::clone(&ledger);
            move || {
                ledger.ask(1);
                ledger.leave_hypercall(1);
            }
        });
        ledger.ask(0);
        ledger.leave_hypercall(0);
        join(remover);
        join(other);
        ledger.settle();
    });
}

/// Two threads take one note. In Xen its vCPU alone does.
pub(crate) fn two_takers<N: Notes>() {
    let extent = Extent {
        preemptions: None,
        // Either may be the first, and may or may not be done by then.
        at_least: 4,
    };
    explore(&name::<N>("two_takers"), &extent, || {
        let ledger = Arc::new(Ledger::<N>::default());
        ledger.ask(0);
        let other = thread::spawn({
            let ledger = Arc::clone(&ledger);
            move || ledger.take(0)
        });
        ledger.take(0);
        join(other);
        ledger.settle();
    });
}

/// What the thread returns. Should it panic, loom ends the run there and then.
fn join<T>(thread: JoinHandle<T>) -> T {
    thread.join().expect("loom hands on no panic")
}

/// The name of a model with what it is given.
fn name<N>(model: &str) -> String {
    let notes = any::type_name::<N>();
    format!("{model}, {}", notes.rsplit("::").next().unwrap_or(notes))
}
