// SPDX-License-Identifier: GPL-2.0-only

//! What is compared of the invalidations of an operation.
//!
//! Upstream's Xen and this one agree on whether an invalidation is sent. They
//! differ, by intent, in when and how often; each such difference is a rule here,
//! and both hypervisors come to the same where they differ by no more than that.
//! Results are compared as they are, whatever the rule.
//!
//! | rule | for | upstream | the component | what is compared |
//! |---|---|---|---|---|
//! | [`Exact`](Rule::Exact) | all else | | | how often it was sent before the operation began, and before it returned |
//! | [`Preempted`](Rule::Preempted) | what Xen may preempt | sends at each preemption | some are deferred until the hypercall completes | before it began: how often; before it returned: whether, and that it was no more than once for each part |
//! | [`Foreign`](Rule::Foreign) | removals by dom0 | a vCPU sends at its next exit | each vCPU is kicked, and sends at once | of each vCPU, how often from the operation on until its next hypercall is over |
//! | [`ForeignPreempted`](Rule::ForeignPreempted) | those by a hypercall that Xen may preempt | as above | kicks at each preemption | the same, but whether, and that it was no more than once for each part |
//! | [`Enabled`](Rule::Enabled) | a server is enabled that was disabled | nothing is sent | what the server has missed is sent | the same, but only that it was no more than once for each such server |
//!
//! After an operation to which one of the last three applies every vCPU makes a
//! hypercall, which [closes](Rule::closes) the operation: no invalidation for it is
//! pending any more that could merge with one for the next operation, and that one
//! is compared exactly again.
//!
//! That a server receives what it has missed, once it is enabled, cannot be compared,
//! as upstream never sends that. It is counted: see [`Compared::missed`].

use super::{
    plan::Op,
    servers::{Enabled, Servers},
};
use crate::{
    operation::{Operation, Sends},
    protocol::{SERVERS, VCPUS},
};
use core::fmt;

/// Invalidations that were completed, by server.
pub type Counts = [u64; SERVERS];

/// The invalidations of an operation, as they were counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sent {
    /// Those of its vCPU before it began.
    pub before: Counts,
    /// Those of its vCPU before it returned.
    pub invalidations: Counts,
    /// If it has every vCPU make a hypercall: of each, those since the operation
    /// began.
    pub closed: [Counts; VCPUS],
}

/// How the invalidations of an operation are compared: the table above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// How often each was sent, and when.
    Exact,
    /// Whether it was sent before the operation returned, which has so many parts.
    Preempted(u64),
    /// How often each vCPU sent it.
    Foreign,
    /// Whether each vCPU sent it, for a removal of so many parts.
    ForeignPreempted(u64),
    /// That no vCPU sent it more often than this.
    Enabled(u64),
}

/// The names of the rules, in the order of [`Rule::number`].
pub const RULES: [&str; 5] = [
    "exact",
    "preempted",
    "foreign",
    "foreign-preempted",
    "enabled",
];

impl Rule {
    fn of(op: Op, enabled: Enabled) -> Self {
        let parts = || (op.operation().parts)(&op.operands());
        match op.operation().sends {
            Sends::Own => Self::Exact,
            Sends::OwnParts => Self::Preempted(parts()),
            Sends::Each => Self::Foreign,
            Sends::EachParts => Self::ForeignPreempted(parts()),
            Sends::Missed => match enabled.any.count_ones() {
                0 => Self::Foreign,
                servers => Self::Enabled(servers.into()),
            },
        }
    }

    /// Whether every vCPU makes a hypercall after this operation.
    pub const fn closes(operation: &Operation) -> bool {
        !matches!(operation.sends, Sends::Own | Sends::OwnParts)
    }

    /// Its place among [`RULES`].
    pub const fn number(self) -> usize {
        match self {
            Self::Exact => 0,
            Self::Preempted(_) => 1,
            Self::Foreign => 2,
            Self::ForeignPreempted(_) => 3,
            Self::Enabled(_) => 4,
        }
    }

    /// What is compared of a count.
    const fn count(self, count: u64) -> u64 {
        match self {
            Self::Preempted(most) | Self::ForeignPreempted(most) if 0 < count && count <= most => 1,
            Self::Enabled(most) if count <= most => 0,
            _ => count,
        }
    }
}

/// What is compared of the invalidations of an operation. It is displayed as what
/// is compared and, after ` # `, what that hides: `{:#}` leaves that out.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// The rule.
    pub rule: Rule,
    /// For how many vCPUs and servers it is certain that the server has missed an
    /// invalidation and was enabled, and how many of these were sent it since.
    pub missed: (u64, u64),
    sent: Sent,
}

impl Compared {
    /// What is compared of an operation of an episode, after those before it.
    pub fn next(servers: &mut Servers, op: Op, sent: Sent) -> Self {
        let mut enabled = Enabled { any: 0, missed: 0 };
        let mut missed = (0, 0);
        if op.operation().sends == Sends::Missed {
            let to = op.operands();
            enabled = servers.change(to.registered, to.enabled);
            let certain = (0..SERVERS).filter(|n| (enabled.missed >> n) & 1 != 0);
            for (server, closed) in certain.flat_map(|n| sent.closed.map(|closed| (n, closed))) {
                missed.0 += 1;
                missed.1 += u64::from(closed[server] != 0);
            }
        } else {
            [sent.before, sent.invalidations]
                .into_iter()
                .chain(sent.closed)
                .for_each(|counts| servers.sent(counts));
        }
        Self {
            rule: Rule::of(op, enabled),
            missed,
            sent,
        }
    }

    /// All invalidations.
    pub fn invalidations(&self) -> u64 {
        let Sent {
            before,
            invalidations,
            closed,
        } = self.sent;
        let own = match self.rule {
            Rule::Exact | Rule::Preempted(_) => invalidations,
            _ => [0; SERVERS],
        };
        let all = before.into_iter().chain(own);
        all.chain(closed.into_iter().flatten()).sum()
    }
}

impl fmt::Display for Compared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sent {
            before: [before, other],
            invalidations: [invalidations, another],
            closed,
        } = self.sent;
        write!(f, "before={before},{other}")?;
        let rule = self.rule;
        let count = |count| rule.count(count);
        match rule {
            Rule::Exact => write!(f, " invalidations={invalidations},{another}"),
            Rule::Preempted(_) => {
                let (least, other) = (count(invalidations), count(another));
                write!(f, " invalidations>={least},{other}")?;
                if f.alternate() {
                    return Ok(());
                }
                write!(f, " # invalidations={invalidations},{another}")
            }
            _ => {
                let is = match rule {
                    Rule::Foreign => "=",
                    Rule::ForeignPreempted(_) => ">=",
                    _ => "-beyond=",
                };
                write!(f, " each{is}{}", Each(closed.map(|of| of.map(count))))?;
                if f.alternate() {
                    return Ok(());
                }
                write!(
                    f,
                    " # invalidations={invalidations},{another} each={}",
                    Each(closed)
                )
            }
        }
    }
}

/// Those of each vCPU, or what they all have.
struct Each([Counts; VCPUS]);

impl fmt::Display for Each {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(all) = self;
        let [first, others @ ..] = all;
        let shown = match others.iter().all(|other| other == first) {
            true => &all[..1],
            false => all,
        };
        for (n, [count, other]) in shown.iter().enumerate() {
            let comma = if n == 0 { "" } else { ";" };
            write!(f, "{comma}{count},{other}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
