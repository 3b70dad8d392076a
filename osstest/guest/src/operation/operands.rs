// SPDX-License-Identifier: GPL-2.0-only

//! What an operation is about: all that an operation may want to know, at random.

use super::OPERATIONS;
use crate::{prng::Prng, protocol::SERVERS};

/// Pages that operations are about: few, so that they meet.
pub const PAGES: u64 = 16;

/// The most pages, or calls, of one operation.
pub const MOST: usize = 6;

/// What an operation is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operands {
    /// How many of `pages` and `calls` count.
    pub count: usize,
    /// Pages, by number.
    pub pages: [u64; MOST],
    /// What a multicall does to each of them, by number.
    pub calls: [usize; MOST],
    /// A server, by number.
    pub server: usize,
    /// How many servers there are to be.
    pub registered: u8,
    /// Those which are enabled.
    pub enabled: u8,
    /// Any number.
    pub value: u32,
}

impl Operands {
    /// Those that follow from a number.
    pub fn new(salt: u32) -> Self {
        let mut prng = Prng::new(salt.into());
        let calls = core::array::from_fn(|_| call(&mut prng));
        let (registered, enabled) = servers(&mut prng);
        Self {
            count: 2 + prng.index(MOST - 1),
            pages: core::array::from_fn(|_| prng.below(PAGES)),
            calls,
            server: prng.index(SERVERS),
            registered,
            enabled,
            value: (prng.next() >> 32) as u32,
        }
    }

    /// `count` pages in a row, from the first page on: the first of them, and the one
    /// behind them.
    pub fn row(&self) -> (u64, u64) {
        let first = self.pages[0].min(PAGES - self.count as u64);
        (first, first + self.count as u64)
    }
}

/// An operation that can be a call of a multicall, by number.
pub(crate) fn call(prng: &mut Prng) -> usize {
    let shares = OPERATIONS.iter().map(|operation| operation.call_share);
    let mut left = prng.below(shares.clone().sum());
    for (number, share) in shares.enumerate() {
        match left.checked_sub(share) {
            None => return number,
            Some(less) => left = less,
        }
    }
    unreachable!("it was less than all shares")
}

/// So many servers, of which these are enabled: mostly all of them.
pub fn servers(prng: &mut Prng) -> (u8, u8) {
    match prng.below(10) {
        0 => (0, 0b00),
        1 => (1, 0b00),
        2..6 => (1, 0b01),
        6 => (2, 0b01),
        7 => (2, 0b10),
        _ => (2, 0b11),
    }
}
