// SPDX-License-Identifier: GPL-2.0-only

//! `pending.rs` and `watch.rs` as they stand, model-checked in the protocol that
//! they are part of.
//!
//! ```text
//! RUSTFLAGS="--cfg loom" cargo test --release -p xen-rs --test loom -- --nocapture
//! ```
//!
//! runs each model in all its interleavings (of the four largest, those with up to
//! three or four preemptions) with all values that its loads may return by the
//! rules of Rust's atomics, and says how many that were. Then it runs the mutants,
//! each of which has to fail for the reason that its test states.
//!
//! | file | what it is |
//! |---|---|
//! | `component.rs` | what is linked into Xen, and the hooks' wiring |
//! | `guest.rs` | a domain: its words and its P2M |
//! | `vcpu.rs` | a vCPU of it: hypercalls, I/O, and the way out of Xen |
//! | `remover.rs` | a vCPU of another domain, which removes from its P2M |
//! | `scheduler.rs`, `shutdown.rs`, `emulator.rs` | what the vCPU meets there |
//! | `models.rs` | the models |
//! | `mutants/` | components with a mistake in them |
//! | `explore.rs` | loom, counted |
//!
//! What is shown:
//!
//! * A hypercall that removed a page completes after the emulator has dropped it,
//!   on whatever vCPU it completes.
//! * Once a hypercall of another domain is complete that removed a page, or an entry
//!   of its multicall, no vCPU executes an instruction before the emulator has
//!   dropped it.
//! * Each flagged vCPU sends once, however many removals it is flagged for; and
//!   none enters the guest and leaves something to be sent that may not wait.
//!
//! What loom shows of orders: where the emulator's lookup takes the P2M lock, as all
//! of Xen's do, that lock gives the order that the flags give. The model that needs
//! the flags' has a lookup that takes none. The barriers of the kick are needed in
//! any case. The barrier in `Foreign::take()`, and the order in which the watch is
//! written, are not: mutants of these pass, and are beside those that are killed.
//!
//! What loom cannot see:
//!
//! * The full barrier of a swap. To loom a sequentially consistent access is an
//!   acquire or release, and only a fence is a barrier. That the object has its
//!   barriers, its disassembly shows.
//! * A thread that comes between an access and the fence that follows it.
//! * A load that takes its value from a store that comes later in the run.
//! * A store between the two halves of a swap, which is impossible, but not to
//!   loom; `xen_rs`'s `sync.rs` has the remedy and what it costs.
//! * Less order than an event channel gives: what the emulator does is done by the
//!   vCPU that waits for it.
//! * That the exit word is read at once: here each of its bytes is.
//! * What is no memory access: TLB flushes, time, and interrupts, of which a kick is
//!   modelled by a flag that is seen as late as can be.
#![cfg(loom)]

mod component;
mod emulator;
mod explore;
mod guest;
mod models;
mod mutants;
mod remover;
mod scheduler;
mod shutdown;
mod vcpu;

/// Each of these models is explored with what is linked into Xen.
macro_rules! passes {
    ($($model:ident)*) => {$(
        #[test]
        fn $model() {
            models::$model::<component::Linked>();
        }
    )*};
}

passes! {
    own_removals
    own_and_foreign_removals
    own_removal_by_a_flagged_vcpu
    foreign_removal_during_io
    foreign_removal_on_two_vcpus
    foreign_removals
    foreign_removals_without_the_lock
    multicall
    two_removers
    two_removers_of_two_pages
    foreign_removal_while_descheduled
    deferral_with_migration
    deferral_that_expires
    deferral_and_foreign_removal
    preempted_and_not_deferred
    suspend
    suspend_and_own_removal
    suspend_and_foreign_removal
    two_takers
}
