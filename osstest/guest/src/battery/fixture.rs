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
        gfn::{Arena, Gfn, Superpage},
        shared, shared_info,
    },
    operation::Around,
    protocol::{Request, SERVERS, VCPUS},
    report::Counts,
};
use core::sync::atomic::Ordering;

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

/// How many invalidations of a vCPU all servers together have completed.
pub(super) fn invalidations_of(vcpu: usize) -> u64 {
    let by_server = &shared::own().invalidations;
    by_server
        .iter()
        .map(|by_vcpu| by_vcpu[vcpu].load(Ordering::Acquire))
        .sum()
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
    /// Where the shared_info page is mapped.
    pub(super) shared_info: Gfn,
    /// The reference of the page that dom0 has granted.
    pub(super) grant: u32,
    /// The frame of the page that dom0 lends.
    pub(super) lent: u64,
    /// What the removals of the list are of, one after the other.
    pub(super) superpage: Superpage,
}

fn since<const N: usize>(before: [u64; N], after: [u64; N]) -> Counts {
    let since: [u64; N] = core::array::from_fn(|n| after[n] - before[n]);
    since.into()
}

/// RAM that this domain may have, in KiB.
const MAX_KIB: u64 = 64 << 20;

/// What the page that dom0 grants starts with.
pub(super) const GRANTED: u64 = 0x6772_616e_7465_6421;
/// What the page that dom0 lends starts with.
pub(super) const LENT: u64 = 0x6c65_6e74_2070_6167;

impl Fixture {
    /// Sets everything up.
    pub(super) fn new(dom0: Dom0) -> Result<Self, Error> {
        let mut arena = Arena::new();
        let shared_info = arena.page();
        shared_info::map(shared_info)?;
        // What is removed, or covered, may stay allocated: let there be more than that.
        dom0.ask(Request::MaxMemory(MAX_KIB))?;
        Ok(Self {
            grant: u32::try_from(dom0.ask(Request::Grant(GRANTED))?).unwrap_or(u32::MAX),
            lent: dom0.ask(Request::Lend(LENT))?,
            dom0,
            team: Team::start()?,
            superpage: arena.superpage(),
            arena,
            shared_info,
        })
    }

    /// What removals have to do with.
    pub(super) fn around(&self) -> Around<'_> {
        Around {
            dom0: &self.dom0,
            grant: self.grant,
            lent: self.lent,
            shared_info: self.shared_info,
        }
    }

    /// Performs a test with the servers that it wants.
    pub(super) fn perform(&mut self, test: &Test) -> Counted {
        self.configure(test.servers)?;
        test.perform(self)
    }

    /// Has dom0 register these servers.
    pub(super) fn configure(&self, servers: Servers) -> Result<(), Error> {
        let Servers {
            registered,
            enabled,
        } = servers;
        self.dom0
            .ask(Request::Configure {
                registered,
                enabled,
            })
            .map(drop)
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
        let counts = || -> [u64; SERVERS] {
            core::array::from_fn(|n| {
                self.dom0.shared.invalidations[n][vcpu].load(Ordering::Acquire)
            })
        };
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
