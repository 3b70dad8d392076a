// SPDX-License-Identifier: GPL-2.0-only

//! The dom0, as the domU sees it.

use super::error::Error;
use crate::{
    low::{
        hypercall::{
            event::{self, Port},
            sched,
        },
        shared,
        time::Deadline,
    },
    protocol::{DOM0, HELLO, PATIENCE_MS, Request, Shared, Snapshot},
};
use core::{fmt, sync::atomic::Ordering};

/// The connection to it.
#[derive(Clone, Copy)]
pub(crate) struct Dom0 {
    pub(crate) shared: &'static Shared,
    pub(crate) doorbell: Port,
}

impl Dom0 {
    /// Connects: the dom0 waits for this.
    pub(crate) fn hello() -> Result<Self, Error> {
        let shared = shared::own();
        let doorbell = event::alloc_unbound(DOM0)?;
        shared.clear();
        shared.doorbell.store(doorbell.number(), Ordering::Relaxed);
        shared.hello.store(HELLO, Ordering::Release);
        Ok(Self { shared, doorbell })
    }

    /// The connection that vCPU 0 has made, on another vCPU.
    pub(crate) fn known() -> Self {
        let shared = shared::own();
        let doorbell = Port::new(shared.doorbell.load(Ordering::Relaxed));
        Self { shared, doorbell }
    }

    /// Has it do something.
    pub(crate) fn ask(&self, request: Request) -> Result<u64, Error> {
        self.post(request)?;
        self.reply()
    }

    /// Has it begin to do something.
    pub(crate) fn post(&self, request: Request) -> Result<(), Error> {
        self.shared.post(request);
        // The first request may find nobody bound yet; the dom0 looks when it
        // has bound.
        Ok(event::send(self.doorbell)?)
    }

    /// Waits for what comes of that.
    pub(crate) fn reply(&self) -> Result<u64, Error> {
        let mut reply = None;
        let replied = || {
            reply = self.shared.reply();
            reply.is_some()
        };
        self.wait(replied, "a reply of dom0")?;
        reply.map_or(Ok(0), |reply| reply.map_err(Error::Dom0))
    }

    /// Waits for something that the dom0 rings for.
    pub(crate) fn wait(
        &self,
        until: impl FnMut() -> bool,
        what: &'static str,
    ) -> Result<(), Error> {
        let in_time = sched::wait(&[self.doorbell], Deadline::after_ms(PATIENCE_MS), until);
        Error::Timeout(what).unless(in_time)
    }

    /// Its command line.
    pub(crate) fn arguments(&self) -> Result<Snapshot, Error> {
        self.ask(Request::Arguments)?;
        Ok(self.shared.text.copy())
    }

    /// Has it register so many servers, and enable those of them in the mask.
    pub(crate) fn configure(&self, registered: u8, enabled: u8) -> Result<u64, Error> {
        self.ask(Request::Configure {
            registered,
            enabled,
        })
    }

    /// Has it print a line.
    pub(crate) fn print(&self, text: fmt::Arguments<'_>) -> Result<(), Error> {
        self.shared.text.set(text);
        self.ask(Request::Print).map(drop)
    }
}

/// Has it end the run: this domU cannot go on.
pub(crate) fn fault(why: fmt::Arguments<'_>) -> ! {
    let Dom0 { shared, doorbell } = Dom0::known();
    shared.fault.set(why);
    // Without a doorbell the dom0 finds out by the silence.
    let _sent = event::send(doorbell);
    sched::power_off()
}
