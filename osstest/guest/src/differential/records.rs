// SPDX-License-Identifier: GPL-2.0-only

//! What came of each operation of an episode.

use super::{
    comparable::{Compared, Counts, Sent},
    plan::{OPS, Op},
};
use crate::{
    low::shared,
    operation::outcome::{Outcome, VALUES},
    prng::mix,
    protocol::{SERVERS, VCPUS},
};
use core::{
    fmt,
    sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed},
};

fn invalidations_of(vcpu: usize) -> Counts {
    let by_server = &shared::own().invalidations;
    core::array::from_fn(|n| by_server[n][vcpu].load(core::sync::atomic::Ordering::Acquire))
}

/// Counts that are kept.
type Kept = [AtomicU64; SERVERS];

const fn none() -> Kept {
    [const { AtomicU64::new(0) }; SERVERS]
}

fn load(kept: &Kept) -> Counts {
    kept.each_ref().map(|count| count.load(Relaxed))
}

fn store(kept: &Kept, counts: Counts) {
    for (kept, count) in kept.iter().zip(counts) {
        kept.store(count, Relaxed);
    }
}

fn since(before: Counts, after: Counts) -> Counts {
    core::array::from_fn(|n| after[n] - before[n])
}

/// What was counted of each vCPU when it was last looked at.
static LAST: [Kept; VCPUS] = [const { none() }; VCPUS];

/// So many of a vCPU since it was last looked at.
fn new_of(vcpu: usize) -> Counts {
    let now = invalidations_of(vcpu);
    let new = since(load(&LAST[vcpu]), now);
    store(&LAST[vcpu], now);
    new
}

struct Record {
    values: [AtomicI64; VALUES],
    len: AtomicUsize,
    done: AtomicBool,
    /// Before the operation began: the vCPU was waiting, or on its way there.
    before: Kept,
    /// Before the operation returned.
    invalidations: Kept,
    /// Of each vCPU until the hypercall that closed the operation, if one did.
    closed: [Kept; VCPUS],
}

/// One for each operation, and for what ends an episode on each vCPU.
pub(super) const RECORDS: usize = OPS + VCPUS;

static RECORD: [Record; RECORDS] = [const {
    Record {
        values: [const { AtomicI64::new(0) }; VALUES],
        len: AtomicUsize::new(0),
        done: AtomicBool::new(false),
        before: none(),
        invalidations: none(),
        closed: [const { none() }; VCPUS],
    }
}; RECORDS];

/// Performs the `n`-th operation and records what came of it.
pub(super) fn record(n: usize, op: Op, perform: impl FnOnce(Op) -> Outcome) {
    let before = new_of(op.vcpu);
    let outcome = perform(op);
    let invalidations = new_of(op.vcpu);

    let record = &RECORD[n];
    for (place, value) in record.values.iter().zip(outcome.values) {
        place.store(value, Relaxed);
    }
    record.len.store(outcome.len, Relaxed);
    record.done.store(outcome.done, Relaxed);
    store(&record.before, before);
    store(&record.invalidations, invalidations);
    for closed in &record.closed {
        store(closed, [0; SERVERS]);
    }
}

/// Performs a hypercall of a vCPU after the `n`-th operation, which closes it: what
/// the vCPU has sent since the operation began is counted as the operation's.
pub(super) fn close(n: usize, op: Op, vcpu: usize, hypercall: impl FnOnce()) {
    hypercall();
    let record = &RECORD[n];
    let mut closed = new_of(vcpu);
    if vcpu == op.vcpu {
        let invalidations = load(&record.invalidations);
        closed = core::array::from_fn(|server| closed[server] + invalidations[server]);
    }
    store(&record.closed[vcpu], closed);
}

/// Takes what was counted of each vCPU so far as what was before the episode.
pub(super) fn begin() {
    for (vcpu, last) in LAST.iter().enumerate() {
        store(last, invalidations_of(vcpu));
    }
}

/// A recorded operation.
pub(super) struct Line {
    n: usize,
    op: Op,
    values: [i64; VALUES],
    len: usize,
    pub(super) done: bool,
    pub(super) sent: Sent,
}

impl Line {
    /// That of the `n`-th operation.
    pub(super) fn of(n: usize, op: Op) -> Self {
        let record = &RECORD[n];
        Self {
            n,
            op,
            values: record.values.each_ref().map(|value| value.load(Relaxed)),
            len: record.len.load(Relaxed),
            done: record.done.load(Relaxed),
            sent: Sent {
                before: load(&record.before),
                invalidations: load(&record.invalidations),
                closed: record.closed.each_ref().map(load),
            },
        }
    }

    /// Whether it ends the episode on its vCPU.
    pub(super) fn is_last(&self) -> bool {
        self.n >= OPS
    }

    /// Mixes what is compared of it into a digest.
    pub(super) fn digest(&self, compared: &Compared, digest: u64) -> u64 {
        let values = self.values[..self.len].iter().map(|&value| value as u64);
        [self.n as u64, self.op.encode(), self.len as u64]
            .into_iter()
            .chain(values)
            .chain(compared.words())
            .fold(digest, |digest, word| mix(digest ^ mix(word)))
    }
}

/// A recorded operation and what is compared of it, displayed as its line of the
/// trace.
pub(super) struct Shown<'a>(pub(super) &'a Line, pub(super) &'a Compared);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(Line { n, op, .. }, compared) = self;
        write!(f, "OP {n} {op} ->")?;
        for value in &self.0.values[..self.0.len] {
            write!(f, " {value}")?;
        }
        write!(f, " | {compared}")
    }
}
