// SPDX-License-Identifier: GPL-2.0-only

//! What happens in an episode: a function of the seed and its number alone.

use crate::{
    operation::{
        OPERATIONS, Operation, Pages,
        operands::{Operands, servers},
    },
    prng::{Prng, mix},
    protocol::VCPUS,
};
use core::fmt;

/// Operations of an episode: as many as a mask has bits.
pub const OPS: usize = 128;

/// The kind that does nothing.
const NULL: usize = 0;

/// An operation. Which pages it is about, and so on, follows from the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// Its kind: the number of one of the list.
    pub kind: usize,
    /// The vCPU that performs it.
    pub vcpu: usize,
    salt: u32,
}

impl Op {
    /// The operation that ends an episode on a vCPU: it finds which invalidations
    /// are still pending.
    pub const fn last(vcpu: usize) -> Self {
        Self {
            kind: NULL,
            vcpu,
            salt: 0,
        }
    }

    /// What there is to know of its kind.
    pub const fn operation(self) -> &'static Operation {
        &OPERATIONS[self.kind]
    }

    /// What it is about.
    pub fn operands(self) -> Operands {
        Operands::new(self.salt)
    }
}

/// An episode.
pub struct Plan {
    /// Servers that are registered at its beginning.
    pub registered: u8,
    /// Those which are enabled.
    pub enabled: u8,
    /// What happens.
    pub ops: [Op; OPS],
}

impl Plan {
    /// The episode of that number.
    pub fn new(seed: u64, episode: u64) -> Self {
        let mut prng = Prng::new(mix(seed) ^ mix(!episode));
        let (registered, enabled) = servers(&mut prng);
        let superpages = prng.below(32) == 0;
        let mut vcpu = 0;
        let ops = core::array::from_fn(|_| {
            // Changing vCPUs takes longer than most operations.
            if prng.below(4) == 0 {
                vcpu = prng.index(VCPUS);
            }
            Op {
                kind: kind(&mut prng, superpages),
                vcpu,
                salt: (prng.next() >> 32) as u32,
            }
        });
        Self {
            registered,
            enabled,
            ops,
        }
    }
}

fn kind(prng: &mut Prng, superpages: bool) -> usize {
    let of_superpage = |&kind: &usize| {
        let removes = OPERATIONS[kind].removes;
        matches!(removes, Some(Pages::Superpage | Pages::OfSuperpage))
    };
    let all = 0..OPERATIONS.len();
    let rare = all.clone().filter(|kind| superpages && of_superpage(kind));
    let others = all.filter(|kind| !of_superpage(kind));
    let shares = rare.chain(others);
    let shares = shares.map(|kind| (kind, OPERATIONS[kind].share));
    let mut left = prng.below(shares.clone().map(|(_, share)| share).sum());
    for (kind, share) in shares {
        match left.checked_sub(share) {
            None => return kind,
            Some(less) => left = less,
        }
    }
    unreachable!("it was less than all shares")
}

/// What people and the comparison read.
impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let operation = self.operation();
        write!(f, "v{} {}", self.vcpu, operation.name)?;
        operation.show(&self.operands(), f)
    }
}

#[cfg(test)]
mod tests;
