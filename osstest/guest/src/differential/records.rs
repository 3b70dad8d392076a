// SPDX-License-Identifier: GPL-2.0-only

//! What came of each operation of an episode.

use super::plan::{MOST, OPS, Op};
use crate::{
    low::{hypercall::Errno, shared},
    prng::mix,
    protocol::{SERVERS, VCPUS},
};
use core::{
    fmt,
    sync::atomic::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed},
};

/// Values of a result, at most.
const VALUES: usize = MOST + 1;

/// What an operation returned.
#[derive(Clone, Copy)]
pub(super) struct Outcome {
    values: [i64; VALUES],
    len: usize,
    /// Whether it did, at least in part, what it is there for.
    pub(super) done: bool,
}

impl Outcome {
    /// There was nothing that it could have been done to.
    pub(super) const NOTHING: Self = Self {
        values: [0; VALUES],
        len: 0,
        done: false,
    };

    /// These results, the first of which says whether it was done.
    pub(super) fn of(results: &[Result<u64, Errno>]) -> Self {
        let mut outcome = Self::NOTHING;
        for (value, result) in outcome.values.iter_mut().zip(results) {
            *value = match result {
                Ok(value) => *value as i64,
                Err(Errno(errno)) => *errno,
            };
            outcome.len += 1;
        }
        outcome.done = results.first().is_some_and(Result::is_ok);
        outcome
    }

    /// A number of extents: none is not done.
    pub(super) fn extents(extents: Result<u64, Errno>) -> Self {
        let mut outcome = Self::of(&[extents]);
        outcome.done = extents.is_ok_and(|extents| extents != 0);
        outcome
    }
}

/// Invalidations of a vCPU that were answered, by server.
type Told = [u64; SERVERS];

fn told(vcpu: usize) -> Told {
    let told = &shared::own().told;
    core::array::from_fn(|n| told[n][vcpu].load(core::sync::atomic::Ordering::Acquire))
}

fn since(before: Told, after: Told) -> Told {
    core::array::from_fn(|n| after[n] - before[n])
}

/// What each vCPU had been told when its last operation was over.
static LAST: [[AtomicU64; SERVERS]; VCPUS] =
    [const { [const { AtomicU64::new(0) }; SERVERS] }; VCPUS];

struct Record {
    values: [AtomicI64; VALUES],
    len: AtomicUsize,
    done: AtomicBool,
    /// While the vCPU did other things: it was waiting, or on its way there.
    away: [AtomicU64; SERVERS],
    /// Before the operation returned.
    told: [AtomicU64; SERVERS],
}

/// One for each operation, and for what ends an episode on each vCPU.
pub(super) const RECORDS: usize = OPS + VCPUS;

static RECORD: [Record; RECORDS] = [const {
    Record {
        values: [const { AtomicI64::new(0) }; VALUES],
        len: AtomicUsize::new(0),
        done: AtomicBool::new(false),
        away: [const { AtomicU64::new(0) }; SERVERS],
        told: [const { AtomicU64::new(0) }; SERVERS],
    }
}; RECORDS];

/// Performs the `n`-th operation and records what came of it.
pub(super) fn record(n: usize, op: Op, perform: impl FnOnce(Op) -> Outcome) {
    let last = &LAST[op.vcpu];
    let before = told(op.vcpu);
    let outcome = perform(op);
    let after = told(op.vcpu);

    let record = &RECORD[n];
    for (place, value) in record.values.iter().zip(outcome.values) {
        place.store(value, Relaxed);
    }
    record.len.store(outcome.len, Relaxed);
    record.done.store(outcome.done, Relaxed);
    let away = since(last.each_ref().map(|last| last.load(Relaxed)), before);
    for server in 0..SERVERS {
        record.away[server].store(away[server], Relaxed);
        record.told[server].store(since(before, after)[server], Relaxed);
        last[server].store(after[server], Relaxed);
    }
}

/// Takes what each vCPU has been told so far as what it was told before the
/// episode.
pub(super) fn begin() {
    for (vcpu, last) in LAST.iter().enumerate() {
        for (last, told) in last.iter().zip(told(vcpu)) {
            last.store(told, Relaxed);
        }
    }
}

/// A recorded operation, displayed as its line of the trace.
pub(super) struct Line {
    n: usize,
    op: Op,
    values: [i64; VALUES],
    len: usize,
    pub(super) done: bool,
    away: Told,
    told: Told,
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
            away: record.away.each_ref().map(|told| told.load(Relaxed)),
            told: record.told.each_ref().map(|told| told.load(Relaxed)),
        }
    }

    /// What the servers were told before the operation returned, as it can be
    /// compared.
    fn comparable(&self) -> Told {
        match self.op.kind.preemptible() {
            true => self.told.map(|told| told.min(1)),
            false => self.told,
        }
    }

    /// Whether it ends the episode on its vCPU.
    pub(super) fn is_last(&self) -> bool {
        self.n >= OPS
    }

    /// How many invalidations it has, as they can be compared.
    pub(super) fn invalidations(&self) -> u64 {
        self.comparable().iter().chain(&self.away).sum()
    }

    /// Mixes it into a digest.
    pub(super) fn digest(&self, digest: u64) -> u64 {
        let values = self.values[..self.len].iter().map(|&value| value as u64);
        let told = self.comparable().into_iter().chain(self.away);
        [self.n as u64, self.op.encode(), self.len as u64]
            .into_iter()
            .chain(values)
            .chain(told)
            .fold(digest, |digest, word| mix(digest ^ mix(word)))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { n, op, away, .. } = self;
        write!(f, "OP {n} {op} ->")?;
        for value in &self.values[..self.len] {
            write!(f, " {value}")?;
        }
        let told = self.comparable();
        let some = if op.kind.preemptible() { ">=" } else { "" };
        write!(
            f,
            " | told={some}{},{} away={},{}",
            told[0], told[1], away[0], away[1]
        )
    }
}
