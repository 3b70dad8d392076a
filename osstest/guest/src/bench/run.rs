// SPDX-License-Identifier: GPL-2.0-only

//! The image: what is measured, and in which order.

use super::{figures::Figures, foreign, preempted, removals};
use crate::{
    battery::{
        dom0::{self, Dom0},
        error::Error,
    },
    low::{
        gfn::Arena,
        guest::Role,
        hypercall::{sched, version},
        mmio, shared_info,
        time::Stopwatch,
    },
    protocol::{MOST_SERVERS, Request},
};
use core::fmt;

/// The memory that this domain may have, in KiB: what it replaces is lost to it,
/// but still its own.
const MEMORY_KIB: u64 = 512 << 10;

/// What dm_op returns where Xen has no ioreq servers (public/errno.h).
const ENOSYS: i64 = -38;

/// The image.
pub struct Bench;

impl Role for Bench {
    fn main(_vcpu: usize) -> ! {
        match run() {
            Ok(()) => sched::power_off(),
            Err(why) => Self::die(format_args!("{why}")),
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        dom0::fault(why)
    }
}

fn run() -> Result<(), Error> {
    let mut arena = Arena::new();
    let dom0 = Dom0::hello()?;
    shared_info::map(arena.page())?;
    let mut figures = Figures::new(dom0, arena.superpage())?;
    figures.dom0.ask(Request::MaxMemory(MEMORY_KIB))?;

    measure(&mut figures)?;
    match figures.configure(1) {
        Ok(()) => with_servers(&mut figures)?,
        Err(Error::Dom0(ENOSYS)) => (),
        Err(why) => return Err(why),
    }
    figures.end()?;
    figures.dom0.ask(Request::PowerOff).map(drop)
}

/// What needs no server, or one.
fn measure(figures: &mut Figures) -> Result<(), Error> {
    null_hypercall(figures)?;
    foreign::measure(figures)?;
    // What this vCPU does to itself is no matter of the others.
    match figures.vcpus {
        1 => removals::measure(figures),
        _ => Ok(()),
    }
}

fn with_servers(figures: &mut Figures) -> Result<(), Error> {
    measure(figures)?;
    if figures.vcpus == 1 {
        mmio_read(figures)?;
        preempted::measure(figures)?;
    }
    figures.configure(u8::try_from(MOST_SERVERS).unwrap_or(u8::MAX))?;
    null_hypercall(figures)
}

fn null_hypercall(figures: &mut Figures) -> Result<(), Error> {
    const OPERATIONS: u64 = 2048;
    let count = figures.least(5, OPERATIONS, |_| {
        let stopwatch = Stopwatch::start();
        for _ in 0..OPERATIONS {
            version::null();
        }
        Ok(stopwatch.instructions())
    })?;
    figures.instructions("null-hypercall", count)
}

/// The register's emulation by dom0 included.
fn mmio_read(figures: &mut Figures) -> Result<(), Error> {
    const OPERATIONS: u64 = 64;
    let count = figures.least(3, OPERATIONS, |_| {
        let stopwatch = Stopwatch::start();
        for _ in 0..OPERATIONS {
            let _value = mmio::read(0);
        }
        Ok(stopwatch.instructions())
    })?;
    figures.instructions("mmio-read", count)
}
