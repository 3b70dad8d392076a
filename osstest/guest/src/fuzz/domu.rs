// SPDX-License-Identifier: GPL-2.0-only

//! The domU's image: starts all vCPUs, each of which performs random operations until
//! the end.

use super::operation::{Fuzzer, WINDOW};
use crate::{
    low::{
        self,
        gfn::{Arena, Gfn},
        guest::{self, Role},
        hypercall::sched,
        shared,
    },
    protocol::{HELLO, Shared, VCPUS},
};
use core::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
};

/// The first of the frames that it is all about.
static FIRST: AtomicU64 = AtomicU64::new(0);

/// The image.
pub struct Fuzz;

impl Role for Fuzz {
    fn main(vcpu: usize) -> ! {
        let shared = shared::own();
        if vcpu == 0 {
            start(shared);
        }
        let first = Gfn::in_arena(FIRST.load(Ordering::Acquire)).expect("part of it");
        let mut fuzzer = Fuzzer::new(shared, vcpu, first);
        loop {
            fuzzer.step();
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        shared::own().fault.set(why);
        loop {
            sched::yield_now();
        }
    }
}

/// Waits for dom0, and starts the others.
fn start(shared: &Shared) {
    let mut arena = Arena::new();
    let first = arena.superpage().page(0);
    for _ in 1..WINDOW {
        arena.superpage();
    }
    FIRST.store(first.number(), Ordering::Release);
    shared.clear();
    shared.hello.store(HELLO, Ordering::Release);
    while shared.go.load(Ordering::Acquire) == 0 {
        sched::yield_now();
    }
    for vcpu in 1..VCPUS {
        if let Err(status) = low::cpu_on(vcpu) {
            guest::die(format_args!("vCPU {vcpu} does not start: {status}"));
        }
    }
}
