// SPDX-License-Identifier: GPL-2.0-only

//! What a case is, and what is expected of it.

use super::stage::Stage;
use crate::{
    battery::error::Error,
    low::guest,
    report::{Counts, Want},
};
use core::fmt;

/// What a case counted, or why it could not.
pub(super) type Counted = Result<Counts, Error>;

/// A case.
pub(super) struct Case {
    /// Its name, for the command line.
    pub(super) name: &'static str,
    /// What it counts, one word for each number.
    pub(super) counts: &'static str,
    /// What upstream's Xen does: that this differs shows that the case can fail.
    pub(super) upstream: Expect,
    /// What Xen does with the fixes and the component.
    pub(super) component: Expect,
    /// Plays it, on vCPU 0.
    pub(super) run: fn(&mut Stage) -> Counted,
    /// What the other vCPUs do once they are started.
    pub(super) other: fn(usize) -> Result<(), Error>,
    /// What a vCPU does when its timer interrupts it, in a hypercall that Xen has
    /// preempted for that or not.
    pub(super) interrupt: fn(bool),
    /// What the vCPU does then if that is to act once, between the continuations of
    /// the hypercall; whether it could.
    #[cfg(target_arch = "aarch64")]
    pub(super) act: fn() -> bool,
    /// What vCPU 0 does, and counts, when it has started the image anew
    /// (`stage::start_afresh()`): in place of `run`, which does not return then.
    pub(super) afresh: fn() -> Counted,
}

impl Case {
    /// What is expected of this hypervisor: the runvar of that name.
    pub(super) fn expect(&self, hypervisor: Option<&str>) -> Expect {
        match hypervisor {
            Some("upstream") => self.upstream,
            _ => self.component,
        }
    }

    /// What most cases have in common: nobody but vCPU 0, and no interrupts.
    pub(super) const USUAL: Self = Self {
        name: "",
        counts: "",
        upstream: Expect::exactly([]),
        component: Expect::exactly([]),
        run: |_| Ok([].into()),
        other: |_| Ok(()),
        interrupt: |_| guest::die(format_args!("unexpected interrupt")),
        #[cfg(target_arch = "aarch64")]
        act: || false,
        afresh: || guest::die(format_args!("the image has started anew")),
    };
}

/// What is expected.
#[derive(Clone, Copy)]
pub(super) enum Expect {
    /// It counts this.
    Counts(Want),
    /// It does not end, because Xen does: with this on the console.
    XenEnds(&'static str),
    /// One or the other: what it is depends on what Xen finds in memory that it
    /// has freed.
    Either(Want, &'static str),
}

impl Expect {
    /// Exactly these numbers.
    pub(super) const fn exactly<const N: usize>(counts: [u64; N]) -> Self {
        Self::Counts(Want::exactly(counts))
    }

    /// No less than this.
    pub(super) const fn at_least(count: u64) -> Self {
        Self::Counts(Want::AtLeast(count))
    }
}

impl fmt::Display for Expect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Counts(want) => want.fmt(f),
            Self::XenEnds(with) => write!(f, "xen: {with}"),
            Self::Either(want, with) => write!(f, "{want} or xen: {with}"),
        }
    }
}
