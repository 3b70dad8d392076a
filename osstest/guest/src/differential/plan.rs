// SPDX-License-Identifier: GPL-2.0-only

//! What happens in an episode: a function of the seed and its number alone.

use super::kind::{KINDS, Kind, SUPERPAGES};
use crate::{
    prng::{Prng, mix},
    protocol::{SERVERS, VCPUS},
};
use core::fmt;

/// Operations of an episode: as many as a mask has bits.
pub const OPS: usize = 128;

/// Pages that operations are about: few, so that they meet.
pub const PAGES: u64 = 16;

/// The most pages, or calls, of one operation.
pub const MOST: usize = 6;

/// Ways to be wrong.
pub const BAD: u64 = 8;

/// An operation. Which pages it is about, and so on, follows from the salt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Op {
    /// Its kind.
    pub kind: Kind,
    /// The vCPU that performs it.
    pub vcpu: usize,
    salt: u32,
}

/// One call of a [`Kind::Multicall`], on a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A hypercall that does nothing.
    Null,
    /// XENMEM_remove_from_physmap.
    Remove,
    /// XENMEM_decrease_reservation.
    Decrease,
    /// XENMEM_populate_physmap.
    Populate,
    /// No hypercall.
    Unknown,
}

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operands {
    /// How many of `pages` and `parts` count.
    pub count: usize,
    /// Pages, by number.
    pub pages: [u64; MOST],
    /// What is done to each of them.
    pub parts: [Part; MOST],
    /// A server, by number.
    pub server: usize,
    /// How many servers there are to be.
    pub registered: u8,
    /// Those which are enabled.
    pub enabled: u8,
    /// Any number.
    pub value: u32,
}

impl Op {
    /// The operation that ends an episode on a vCPU: it finds which invalidations
    /// are still pending.
    pub const fn last(vcpu: usize) -> Self {
        Self {
            kind: Kind::Null,
            vcpu,
            salt: 0,
        }
    }

    /// As a number.
    pub fn encode(self) -> u64 {
        self.kind.number() as u64 | ((self.vcpu as u64) << 8) | (u64::from(self.salt) << 32)
    }

    /// The operation of a number.
    pub fn decode(from: u64) -> Option<Self> {
        Some(Self {
            kind: Kind::of(from & 0xff)?,
            vcpu: usize::try_from((from >> 8) & 0xff).ok()?,
            salt: u32::try_from(from >> 32).ok()?,
        })
    }

    /// What it is about.
    pub fn operands(self) -> Operands {
        let mut prng = Prng::new(self.salt.into());
        let parts = core::array::from_fn(|_| match prng.below(9) {
            0 => Part::Null,
            1 => Part::Unknown,
            2..4 => Part::Remove,
            4..7 => Part::Decrease,
            _ => Part::Populate,
        });
        let (registered, enabled) = servers(&mut prng);
        Operands {
            count: 2 + prng.index(MOST - 1),
            pages: core::array::from_fn(|_| prng.below(PAGES)),
            parts,
            server: prng.index(SERVERS),
            registered,
            enabled,
            value: (prng.next() >> 32) as u32,
        }
    }
}

/// So many servers, of which these are enabled: mostly all of them.
fn servers(prng: &mut Prng) -> (u8, u8) {
    match prng.below(10) {
        0 => (0, 0b00),
        1 => (1, 0b00),
        2..6 => (1, 0b01),
        6 => (2, 0b01),
        7 => (2, 0b10),
        _ => (2, 0b11),
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

fn kind(prng: &mut Prng, superpages: bool) -> Kind {
    let rare: &[_] = if superpages { &SUPERPAGES } else { &[] };
    let shares = KINDS.map(|(kind, _, share)| (kind, share));
    let shares = || rare.iter().chain(&shares).copied();
    let mut left = prng.below(shares().map(|(_, share)| share).sum());
    for (kind, share) in shares() {
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
        let Self { kind, vcpu, .. } = self;
        let Operands {
            count,
            pages,
            parts,
            server,
            registered,
            enabled,
            value,
        } = self.operands();
        write!(f, "v{vcpu} {}", kind.name())?;
        let [page, other, ..] = pages;
        match kind {
            Kind::Null | Kind::DecreaseSuperpage | Kind::PopulateSuperpage => Ok(()),
            Kind::ForeignBatch => {
                let [a, b, c, ..] = pages;
                write!(f, " {a} {b} {c} missing={}", value % 3)
            }
            Kind::DecreaseArray | Kind::PopulateArray => pages[..count]
                .iter()
                .try_for_each(|page| write!(f, " {page}")),
            Kind::Multicall => pages[..count]
                .iter()
                .zip(parts)
                .try_for_each(|(page, part)| write!(f, " {part:?}:{page}")),
            Kind::Bad => write!(f, " way={} page={page}", u64::from(value) % BAD),
            Kind::GrantUnmap => write!(f, " any={}", value % 256),
            Kind::MmioRead | Kind::MmioWrite => write!(f, " server={server}"),
            Kind::DuringMmio => write!(f, " {page} server={server}"),
            Kind::DuringInvalidation => write!(f, " own={page} other={other}"),
            Kind::Servers => write!(f, " registered={registered} enabled={enabled:#b}"),
            Kind::ByDom0Decrease | Kind::ByDom0Paused => {
                let first = page.min(PAGES - count as u64);
                write!(f, " {first}..{}", first + count as u64)
            }
            _ => write!(f, " {page}"),
        }
    }
}

#[cfg(test)]
mod tests;
