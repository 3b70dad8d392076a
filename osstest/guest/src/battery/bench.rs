// SPDX-License-Identifier: GPL-2.0-only

//! What tests work with.

use super::{
    dom0::Dom0,
    table::Test,
    team::{Team, Work},
    trouble::Trouble,
};
use crate::{
    low::{
        self,
        gfn::{Arena, Gfn},
        shared, shared_info,
    },
    protocol::{Request, SERVERS, VCPUS},
    report::Counts,
};
use core::sync::atomic::Ordering;

/// What a test returns.
pub(super) type Told = Result<Counts, Trouble>;

/// The ioreq servers that a test wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Servers {
    /// How many are registered.
    pub(super) registered: u8,
    /// Which of them are enabled, as a mask.
    pub(super) enabled: u8,
}

/// The invalidations of a vCPU that have been answered, by all servers.
pub(super) fn told_of(vcpu: usize) -> u64 {
    let told = &shared::own().told;
    told.iter()
        .map(|told| told[vcpu].load(Ordering::Acquire))
        .sum()
}

/// How many invalidations of this vCPU are answered before `operation` returns.
pub(super) fn told_during<E: Into<Trouble>>(
    operation: impl FnOnce() -> Result<(), E>,
) -> Result<u64, Trouble> {
    let vcpu = low::vcpu_id();
    let before = told_of(vcpu);
    operation().map_err(Into::into)?;
    Ok(told_of(vcpu) - before)
}

/// The bench.
pub(super) struct Bench {
    pub(super) dom0: Dom0,
    pub(super) team: Team,
    pub(super) arena: Arena,
    /// Where the shared_info page is mapped.
    pub(super) shared_info: Gfn,
    /// The reference of the page that dom0 has granted.
    pub(super) grant: u32,
    /// The frame of the page that dom0 lends.
    pub(super) lent: u64,
}

fn since<const N: usize>(before: [u64; N], after: [u64; N]) -> Counts {
    let since: [u64; N] = core::array::from_fn(|n| after[n] - before[n]);
    since.into()
}

/// What the pages of dom0's start with.
pub(super) const GRANTED: u64 = 0x6772_616e_7465_6421;
/// See [`GRANTED`].
pub(super) const LENT: u64 = 0x6c65_6e74_2070_6167;

impl Bench {
    /// Sets everything up.
    pub(super) fn new(dom0: Dom0) -> Result<Self, Trouble> {
        let mut arena = Arena::new();
        let shared_info = arena.page();
        shared_info::map(shared_info)?;
        Ok(Self {
            grant: u32::try_from(dom0.ask(Request::Grant(GRANTED))?).unwrap_or(u32::MAX),
            lent: dom0.ask(Request::Lend(LENT))?,
            dom0,
            team: Team::start()?,
            arena,
            shared_info,
        })
    }

    /// Performs a test with the servers that it wants.
    pub(super) fn perform(&mut self, test: &Test) -> Told {
        self.configure(test.servers)?;
        (test.run)(self)
    }

    /// Has dom0 register these servers.
    pub(super) fn configure(&self, servers: Servers) -> Result<(), Trouble> {
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

    /// How many invalidations of this vCPU are answered before `operation`
    /// returns.
    pub(super) fn told<E: Into<Trouble>>(operation: impl FnOnce() -> Result<(), E>) -> Told {
        told_during(operation).map(Into::into)
    }

    /// The same, by server.
    pub(super) fn told_by_server<E: Into<Trouble>>(
        &self,
        operation: impl FnOnce() -> Result<(), E>,
    ) -> Told {
        let vcpu = low::vcpu_id();
        let told = || -> [u64; SERVERS] {
            core::array::from_fn(|n| self.dom0.shared.told[n][vcpu].load(Ordering::Acquire))
        };
        let before = told();
        operation().map_err(Into::into)?;
        Ok(since(before, told()))
    }

    /// What every vCPU was told: up to a hypercall that each of them does
    /// after `operation`.
    pub(super) fn told_every_vcpu(&self, operation: impl FnOnce() -> Result<(), Trouble>) -> Told {
        let before: [u64; VCPUS] = core::array::from_fn(told_of);
        operation()?;
        self.team.all(|_| Work::Null)?;
        Ok(since(before, core::array::from_fn(told_of)))
    }
}
