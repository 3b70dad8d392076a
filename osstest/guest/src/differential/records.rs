// SPDX-License-Identifier: GPL-2.0-only

//! What came of each operation of an episode.

use super::{
    comparable::{Compared, Counts, Sent},
    plan::{OPS, Op},
};
use crate::{
    low::{kept::Kept, shared},
    operation::outcome::Outcome,
    prng::mix,
    protocol::{SERVERS, VCPUS},
};
use core::fmt;

/// A recorded operation.
#[derive(Clone, Copy)]
pub(super) struct Line {
    n: usize,
    pub(super) op: Op,
    pub(super) outcome: Outcome,
    pub(super) sent: Sent,
}

/// One for each operation, and for what ends an episode on each vCPU.
pub(super) const RECORDS: usize = OPS + VCPUS;

/// Those of this episode. This and [`LAST`] are for the vCPU with the baton.
static LINES: [Kept<Option<Line>>; RECORDS] = [const { Kept::new(None) }; RECORDS];

/// What was counted of each vCPU when it was last looked at.
static LAST: [Kept<Counts>; VCPUS] = [const { Kept::new([0; SERVERS]) }; VCPUS];

fn invalidations_of(vcpu: usize) -> Counts {
    shared::own().invalidations_of(vcpu)
}

/// So many of a vCPU since it was last looked at.
fn new_of(vcpu: usize) -> Counts {
    let now = invalidations_of(vcpu);
    let last = LAST[vcpu].get();
    LAST[vcpu].set(now);
    core::array::from_fn(|n| now[n] - last[n])
}

/// Forgets all lines, and takes what was counted of each vCPU so far as what was before
/// the episode.
pub(super) fn begin() {
    LINES.iter().for_each(|line| line.set(None));
    for (vcpu, last) in LAST.iter().enumerate() {
        last.set(invalidations_of(vcpu));
    }
}

/// Performs the `n`-th operation and records what came of it.
pub(super) fn record(n: usize, op: Op, perform: impl FnOnce(Op) -> Outcome) {
    // The vCPU was waiting, or on its way there.
    let before = new_of(op.vcpu);
    let outcome = perform(op);
    let sent = Sent {
        before,
        invalidations: new_of(op.vcpu),
        ..Sent::default()
    };
    LINES[n].set(Some(Line {
        n,
        op,
        outcome,
        sent,
    }));
}

/// Performs a hypercall of a vCPU after the `n`-th operation, which closes it: what
/// the vCPU has sent since the operation began is counted as the operation's.
pub(super) fn close(n: usize, vcpu: usize, hypercall: impl FnOnce()) {
    hypercall();
    let mut line = LINES[n].get().expect("recorded");
    let mut closed = new_of(vcpu);
    if vcpu == line.op.vcpu {
        let invalidations = line.sent.invalidations;
        closed = core::array::from_fn(|server| closed[server] + invalidations[server]);
    }
    line.sent.closed[vcpu] = closed;
    LINES[n].set(Some(line));
}

/// What came of the operations of the episode.
pub(super) fn lines() -> impl Iterator<Item = Line> {
    LINES.iter().filter_map(Kept::get)
}

impl Line {
    /// Whether it ends the episode on its vCPU.
    pub(super) fn is_last(&self) -> bool {
        self.n >= OPS
    }
}

/// The digest of all text that is written into it.
#[derive(Default)]
pub(super) struct Digest(pub(super) u64);

impl fmt::Write for Digest {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let Self(digest) = self;
        text.bytes()
            .for_each(|byte| *digest = mix(*digest ^ u64::from(byte)));
        Ok(())
    }
}

/// A recorded operation and what is compared of it, displayed as its line of the
/// trace; with `{:#}` without what is not compared.
pub(super) struct Shown<'a>(pub(super) &'a Line, pub(super) &'a Compared);

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(line, compared) = self;
        let Line { n, op, outcome, .. } = line;
        write!(f, "OP {n} {op} ->")?;
        for value in &outcome.values[..outcome.len] {
            write!(f, " {value}")?;
        }
        f.write_str(" | ")?;
        compared.fmt(f)
    }
}
