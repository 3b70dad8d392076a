// SPDX-License-Identifier: GPL-2.0-only

//! What an operation is about: all that an operation may want to know, at random.

use crate::{prng::Prng, protocol::SERVERS};

/// Pages that operations are about: few, so that they meet.
pub const PAGES: u64 = 16;

/// The most pages, or calls, of one operation.
pub const MOST: usize = 6;

/// One call of a multicall, on a page.
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

impl Operands {
    /// Those that follow from a number.
    pub fn new(salt: u32) -> Self {
        let mut prng = Prng::new(salt.into());
        let parts = core::array::from_fn(|_| match prng.below(9) {
            0 => Part::Null,
            1 => Part::Unknown,
            2..4 => Part::Remove,
            4..7 => Part::Decrease,
            _ => Part::Populate,
        });
        let (registered, enabled) = servers(&mut prng);
        Self {
            count: 2 + prng.index(MOST - 1),
            pages: core::array::from_fn(|_| prng.below(PAGES)),
            parts,
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
