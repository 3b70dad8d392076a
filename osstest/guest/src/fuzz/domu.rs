// SPDX-License-Identifier: GPL-2.0-only

//! The domU's image: starts all vCPUs, each of which performs random operations until
//! the end.

use super::{
    HELLO,
    operation::{Fuzzer, WINDOW},
};
use crate::{
    low::{
        self,
        gfn::{Arena, Chosen},
        guest::{self, Role},
        hypercall::sched,
        shared,
    },
    protocol::{Shared, VCPUS},
};
use core::{fmt, sync::atomic::Ordering};

/// The first of the frames that it is all about.
static FIRST: Chosen = Chosen::none();

/// The image.
pub struct Fuzz;

impl Role for Fuzz {
    fn main(vcpu: usize) -> ! {
        let shared = shared::own();
        if vcpu == 0 {
            start(shared);
        }
        let mut fuzzer = Fuzzer::new(shared, vcpu, FIRST.get());
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
    FIRST.set(arena.superpage().page(0));
    for _ in 1..WINDOW {
        arena.superpage();
    }
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
