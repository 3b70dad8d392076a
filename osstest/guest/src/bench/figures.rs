// SPDX-License-Identifier: GPL-2.0-only

//! What is counted, and the line that says so.

use crate::{
    battery::{dom0::Dom0, error::Error},
    low::gfn::Superpage,
    protocol::Request,
};

/// What each measurement works with.
pub(super) struct Figures {
    pub(super) dom0: Dom0,
    /// What removals remove, and fill again.
    pub(super) superpage: Superpage,
    /// vCPUs of this domain.
    pub(super) vcpus: u64,
    /// Servers that are registered and enabled.
    servers: u8,
    /// Lines so far.
    printed: usize,
}

impl Figures {
    /// Without servers.
    pub(super) fn new(dom0: Dom0, superpage: Superpage) -> Result<Self, Error> {
        Ok(Self {
            vcpus: dom0.ask(Request::Vcpus)?,
            dom0,
            superpage,
            servers: 0,
            printed: 0,
        })
    }

    /// Has dom0 register and enable so many servers.
    pub(super) fn configure(&mut self, servers: u8) -> Result<(), Error> {
        self.dom0.ask(Request::Configure {
            registered: servers,
            enabled: u8::MAX,
        })?;
        self.servers = servers;
        Ok(())
    }

    /// The least of some rounds, each of so many operations; for one of them.
    pub(super) fn least(
        &mut self,
        rounds: u32,
        operations: u64,
        mut round: impl FnMut(&mut Self) -> Result<u64, Error>,
    ) -> Result<u64, Error> {
        let mut least = u64::MAX;
        for _ in 0..rounds {
            least = least.min(round(self)?);
        }
        Ok((least + operations / 2) / operations)
    }

    /// Prints instructions.
    pub(super) fn instructions(&mut self, what: &str, count: u64) -> Result<(), Error> {
        self.print(what, "instructions", count)
    }

    /// Prints a figure.
    pub(super) fn print(&mut self, what: &str, unit: &str, value: u64) -> Result<(), Error> {
        let Self { servers, vcpus, .. } = *self;
        self.printed += 1;
        self.dom0.print(format_args!(
            "BENCH {what} servers={servers} vcpus={vcpus} {unit}={value}"
        ))
    }

    /// Prints that there are no more.
    pub(super) fn end(&self) -> Result<(), Error> {
        let Self { printed, vcpus, .. } = self;
        self.dom0
            .print(format_args!("BENCH end vcpus={vcpus} figures={printed}"))
    }
}
