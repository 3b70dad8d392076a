// SPDX-License-Identifier: GPL-2.0-only

//! `pending.rs` as it stands, model-checked in the protocol that it is part of.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test --release -p xen-rs --test loom -- --nocapture
//! ```
//!
//! runs each model in all its interleavings (of the largest, those with up to
//! three preemptions) with all values that its loads may return by the rules of
//! Rust's atomics, and says how many that were. Then it runs the mutants, each
//! of which has to fail for the reason that its test states.
//!
//! What loom cannot see:
//!
//! * The full barrier of `take()`. To loom a sequentially consistent access is
//!   an acquire or release, and nothing here stores to one place and then loads
//!   from another that is stored to meanwhile, where alone the barrier would
//!   show: `swap(AcqRel)` without a fence passes. It is there because Xen's
//!   `xchg()` has it; that the object has it too, its disassembly shows.
//! * A load that takes its value from a store that comes later in the run.
//! * A store between the two halves of a swap, which is impossible, but not to
//!   loom; `xen_rs`'s `sync.rs` has the remedy and what it costs.
//! * Less order than an event channel gives. It is a channel of loom's, on which
//!   who receives has seen all that who sent has; so the release and acquire of
//!   the state in the ioreq page are written as in Xen, but not put to a test.
//! * What is no memory access: TLB flushes, and device emulation in hardware.
#![cfg(loom)]

mod explore;
mod ledger;
mod models;
mod mutants;
mod notes;
mod protocol;

use notes::PerVcpu;

#[test]
fn own_removals() {
    models::own_removals::<PerVcpu>();
}

#[test]
fn own_and_foreign_removal() {
    models::own_and_foreign_removal::<PerVcpu>();
}

#[test]
fn foreign_removal_during_io() {
    models::foreign_removal_during_io::<PerVcpu>();
}

#[test]
fn foreign_removal_on_two_vcpus() {
    models::foreign_removal_on_two_vcpus::<PerVcpu>();
}

#[test]
fn foreign_removals_without_the_lock() {
    models::foreign_removals_without_the_lock::<PerVcpu>();
}

#[test]
fn tellings() {
    models::tellings::<PerVcpu>();
}

#[test]
fn two_takers() {
    models::two_takers::<PerVcpu>();
}
