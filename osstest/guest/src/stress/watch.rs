// SPDX-License-Identifier: GPL-2.0-only

//! What a vCPU may and must have been told after each thing that it did.
//!
//! A removal of its own: once by each server, before it goes on. One by dom0:
//! that flags every vCPU, which tells after its next hypercall at the latest;
//! several together may be one. And nothing else.

use super::trouble::Wrong;
use crate::{
    low::shared,
    protocol::{SERVERS, VCPUS},
};
use core::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Removals by dom0 that have begun, and that are over.
static BEGUN: AtomicU64 = AtomicU64::new(0);
static OVER: AtomicU64 = AtomicU64::new(0);

/// Removals whose beginning is remembered.
const KEPT: usize = 4;

/// What each vCPU had been told before each of the last removals by dom0.
static BEFORE: [[[AtomicU64; SERVERS]; VCPUS]; KEPT] =
    [const { [const { [const { AtomicU64::new(0) }; SERVERS] }; VCPUS] }; KEPT];

fn told(vcpu: usize) -> [u64; SERVERS] {
    let told = &shared::own().told;
    core::array::from_fn(|n| told[n][vcpu].load(SeqCst))
}

fn slot(removal: u64) -> usize {
    usize::try_from(removal % KEPT as u64).expect("a few")
}

/// How many removals by dom0 are over.
pub(super) fn by_dom0() -> u64 {
    OVER.load(SeqCst)
}

/// Performs a removal by dom0, which is asked on one vCPU only.
pub(super) fn removal_by_dom0<E>(remove: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    let next = OVER.load(SeqCst) + 1;
    for (vcpu, before) in BEFORE[slot(next)].iter().enumerate() {
        for (before, told) in before.iter().zip(told(vcpu)) {
            before.store(told, SeqCst);
        }
    }
    BEGUN.store(next, SeqCst);
    remove()?;
    OVER.store(next, SeqCst);
    Ok(())
}

/// One vCPU's watch.
pub(super) struct Watch {
    vcpu: usize,
    /// Removals by dom0 that it has told of for certain.
    spent: u64,
    /// Removals by dom0 that it has been checked to have told of.
    checked: u64,
}

/// What a vCPU does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// A hypercall that removes a page of RAM.
    Removal,
    /// A hypercall that does not.
    Other,
    /// An access to a register.
    Access,
}

impl Watch {
    pub(super) const fn new(vcpu: usize) -> Self {
        Self {
            vcpu,
            spent: 0,
            checked: 0,
        }
    }

    /// Does something, and checks what was told before it was over.
    pub(super) fn during<T>(
        &mut self,
        action: Action,
        perform: impl FnOnce() -> Result<T, Wrong>,
    ) -> Result<T, Wrong> {
        let over = OVER.load(SeqCst);
        let before = told(self.vcpu);
        let result = perform()?;
        let after = told(self.vcpu);
        let begun = BEGUN.load(SeqCst);

        let own = u64::from(action == Action::Removal);
        for server in 0..SERVERS {
            let told = after[server] - before[server];
            let most = own + (begun - self.spent);
            if told < own {
                return Err(Wrong::Untold {
                    server,
                    by: "itself",
                });
            }
            if told > most {
                return Err(Wrong::ToldTooOften { server, told, most });
            }
        }
        if action != Action::Access {
            self.check(over, begun, after)?;
            self.spent = over;
        }
        Ok(result)
    }

    /// A hypercall is over that began when `over` removals by dom0 were: it has
    /// told of the last of these, unless that is too long ago to know.
    fn check(&mut self, over: u64, begun: u64, after: [u64; SERVERS]) -> Result<(), Wrong> {
        if over > self.checked && begun - over < KEPT as u64 - 1 {
            let before = BEFORE[slot(over)][self.vcpu].each_ref();
            for (server, before) in before.into_iter().enumerate() {
                if after[server] <= before.load(SeqCst) {
                    return Err(Wrong::Untold { server, by: "dom0" });
                }
            }
        }
        self.checked = over;
        Ok(())
    }
}
