// SPDX-License-Identifier: GPL-2.0-only

//! The domU's image: starts all vCPUs, each of which performs random operations until
//! the end.

use super::{
    operation::{Fuzzer, WINDOW},
    page::{HELLO, Page},
};
use crate::{
    low::{
        self,
        gfn::{Arena, Gfn},
        guest::{self, Role},
        hypercall::sched,
        shared,
    },
    protocol::VCPUS,
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
        let page: &Page = shared::own_as();
        if vcpu == 0 {
            start(page);
        }
        let first = Gfn::in_arena(FIRST.load(Ordering::Acquire)).expect("part of it");
        let mut fuzzer = Fuzzer::new(page, vcpu, first);
        loop {
            fuzzer.step();
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        shared::own_as::<Page>().fault.set(why);
        loop {
            sched::yield_now();
        }
    }
}

/// Waits for dom0, and starts the others.
fn start(page: &Page) {
    let mut arena = Arena::new();
    let first = arena.superpage().page(0);
    for _ in 1..WINDOW {
        arena.superpage();
    }
    FIRST.store(first.number(), Ordering::Release);
    page.clear();
    page.hello.store(HELLO, Ordering::Release);
    while page.go.load(Ordering::Acquire) == 0 {
        sched::yield_now();
    }
    for vcpu in 1..VCPUS {
        if let Err(status) = low::cpu_on(vcpu) {
            guest::die(format_args!("vCPU {vcpu} does not start: {status}"));
        }
    }
}
