// SPDX-License-Identifier: GPL-2.0-only

//! The descriptor of a DMA transfer: a page of the guest that lists pages of
//! the guest, and says what the device has to find in them.

use crate::{Gfn, PAGE_WORDS, Page};

const MAGIC: u64 = 0x4453_4352;

/// Pages that one descriptor can list.
pub const MAX_PAGES: usize = PAGE_WORDS - 3;

/// What the device has to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// The pattern of this generation.
    Generation(u32),
    /// No page: the guest gave it away.
    Gone,
}

const GONE: u64 = u64::MAX;

/// A transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptor {
    /// What to find in each of them.
    pub expect: Expect,
    /// The pages, at most [`MAX_PAGES`].
    pub gfns: Vec<Gfn>,
}

impl Descriptor {
    /// As it is in the guest's memory.
    ///
    /// # Panics
    ///
    /// If there are more pages than it can list.
    pub fn encode(&self) -> Page {
        let mut page = [0; PAGE_WORDS];
        page[0] = MAGIC;
        page[1] = match self.expect {
            Expect::Generation(generation) => generation.into(),
            Expect::Gone => GONE,
        };
        page[2] = self.gfns.len() as u64;
        page[3..3 + self.gfns.len()].copy_from_slice(&self.gfns);
        page
    }

    /// From the guest's memory, unless it is none.
    pub fn decode(page: &Page) -> Option<Self> {
        let count = usize::try_from(page[2]).ok()?;
        let gfns = page[3..].get(..count)?.to_vec();
        let expect = match page[1] {
            GONE => Expect::Gone,
            generation => Expect::Generation(u32::try_from(generation).ok()?),
        };
        (page[0] == MAGIC).then_some(Self { expect, gfns })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded() {
        for expect in [Expect::Generation(0), Expect::Generation(9), Expect::Gone] {
            for count in [0, 1, MAX_PAGES] {
                let descriptor = Descriptor {
                    expect,
                    gfns: (0..count as u64).collect(),
                };
                assert_eq!(Descriptor::decode(&descriptor.encode()), Some(descriptor));
            }
        }
    }

    #[test]
    fn anything_else_is_none() {
        assert_eq!(Descriptor::decode(&[0; PAGE_WORDS]), None);
        let mut long = [0; PAGE_WORDS];
        long[0] = MAGIC;
        long[2] = MAX_PAGES as u64 + 1;
        assert_eq!(Descriptor::decode(&long), None);
    }
}
