// SPDX-License-Identifier: GPL-2.0-only

//! The dom0: completes the requests to its ioreq servers, does what the domU asks
//! for, and ends the run.

mod cache;
pub(crate) mod console;
mod event_loop;
mod jitter;
mod perform;
mod quiesce;
mod scenario;
mod server;

use crate::{
    low::{
        gfn::Frame,
        guest::Role,
        hypercall::{
            Errno,
            event::{self, Port},
            sched,
        },
        shared, shared_info,
        time::Deadline,
    },
    protocol::{DOMU, HELLO, PATIENCE_MS},
};
use core::{fmt, sync::atomic::Ordering};
use event_loop::EventLoop;

/// The image.
pub struct Dom0;

impl Role for Dom0 {
    fn main(_vcpu: usize) -> ! {
        match start() {
            Ok(event_loop) => event_loop.run(),
            Err(why) => Self::die(format_args!("cannot start: {why}")),
        }
    }

    fn die(why: fmt::Arguments<'_>) -> ! {
        console::line(format_args!("FAULT dom0 {why}"));
        sched::power_off()
    }
}

fn start() -> Result<EventLoop, Errno> {
    static SHARED_INFO: Frame = Frame::new();
    shared_info::map(SHARED_INFO.gfn())?;
    let shared = shared::of_domu()?;
    let deadline = Deadline::after_ms(PATIENCE_MS);
    if !sched::yield_until(deadline, || shared.is_ready(HELLO)) {
        Dom0::die(format_args!(
            "the domU has not said hello for {PATIENCE_MS} ms"
        ));
    }
    let remote = Port::new(shared.doorbell.load(Ordering::Relaxed));
    let doorbell = event::bind_interdomain(DOMU, remote)?;
    Ok(EventLoop::new(shared, doorbell))
}
