// SPDX-License-Identifier: GPL-2.0-only

//! What every test starts from: the connection to dom0, the vCPUs, fresh memory.

use super::{
    dom0::Dom0,
    error::Error,
    table::Test,
    team::{Team, Work},
};
use crate::{
    low::{
        self,
        gfn::{Arena, Superpage},
        shared,
    },
    operation::around::{self, Around},
    protocol::{SERVERS, VCPUS},
    report::Counts,
};

/// What a test has counted.
pub(super) type Counted = Result<Counts, Error>;

/// The ioreq servers that a test wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Servers {
    /// How many are registered.
    pub(super) registered: u8,
    /// Which of them are enabled, as a mask.
    pub(super) enabled: u8,
}

impl Servers {
    /// So many, of which these are enabled.
    pub(super) const fn new(registered: u8, enabled: u8) -> Self {
        Self {
            registered,
            enabled,
        }
    }
}

/// How many invalidations of a vCPU all servers together have completed.
pub(super) fn invalidations_of(vcpu: usize) -> u64 {
    shared::own().all_invalidations_of(vcpu)
}

/// How many invalidations of this vCPU are completed before `operation` returns.
pub(super) fn invalidations_during<E: Into<Error>>(
    operation: impl FnOnce() -> Result<(), E>,
) -> Result<u64, Error> {
    let vcpu = low::vcpu_id();
    let before = invalidations_of(vcpu);
    operation().map_err(Into::into)?;
    Ok(invalidations_of(vcpu) - before)
}

/// The fixture of all tests.
pub(super) struct Fixture {
    pub(super) dom0: Dom0,
    pub(super) team: Team,
    pub(super) arena: Arena,
    /// What the removals of the list are of, one after the other.
    pub(super) superpage: Superpage,
}

fn since<const N: usize>(before: [u64; N], after: [u64; N]) -> Counts {
    let since: [u64; N] = core::array::from_fn(|n| after[n] - before[n]);
    since.into()
}

impl Fixture {
    /// Sets everything up.
    pub(super) fn new(dom0: Dom0) -> Result<Self, Error> {
        let mut arena = Arena::new();
        around::create(&dom0, arena.page())?;
        Ok(Self {
            dom0,
            team: Team::start()?,
            superpage: arena.superpage(),
            arena,
        })
    }

    /// What removals have to do with.
    pub(super) fn around(&self) -> Around {
        Around::new(&self.dom0)
    }

    /// Performs a test with the servers that it wants.
    pub(super) fn perform(&mut self, test: &Test) -> Counted {
        self.configure(test.servers)?;
        test.perform(self)
    }

    /// Has dom0 register these servers.
    pub(super) fn configure(&self, servers: Servers) -> Result<(), Error> {
        let done = self.dom0.configure(servers.registered, servers.enabled);
        done.map(drop)
    }

    /// How many invalidations of this vCPU are completed before `operation`
    /// returns.
    pub(super) fn invalidations<E: Into<Error>>(
        operation: impl FnOnce() -> Result<(), E>,
    ) -> Counted {
        invalidations_during(operation).map(Into::into)
    }

    /// The same, by server.
    pub(super) fn invalidations_by_server<E: Into<Error>>(
        &self,
        operation: impl FnOnce() -> Result<(), E>,
    ) -> Counted {
        let vcpu = low::vcpu_id();
        let counts = || self.dom0.shared.invalidations_of::<SERVERS>(vcpu);
        let before = counts();
        operation().map_err(Into::into)?;
        Ok(since(before, counts()))
    }

    /// How many invalidations each vCPU has sent by the end of a hypercall that it
    /// makes after `operation`.
    pub(super) fn invalidations_by_vcpu(
        &self,
        operation: impl FnOnce() -> Result<(), Error>,
    ) -> Counted {
        let before: [u64; VCPUS] = core::array::from_fn(invalidations_of);
        operation()?;
        self.team.all(|_| Work::Null)?;
        Ok(since(before, core::array::from_fn(invalidations_of)))
    }
}
