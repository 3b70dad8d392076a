// SPDX-License-Identifier: GPL-2.0-only

//! What the guest writes into its pages, so that an emulator that reads one can
//! find out whether it is that page, and in its present state.

use crate::{Gfn, PAGE_WORDS, Page};

/// What the content of a page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what the guest wrote last.
    Right,
    /// It is what the guest wrote into that page earlier: the page has been
    /// given away, or was read through a mapping of one that was.
    Stale,
    /// It is no content of that page.
    Wrong,
}

const MARK: u64 = 0x5858_454e_0000_0000;

/// A word of the pattern: splitmix64 of where and when it is.
fn word(gfn: Gfn, generation: u32, index: usize) -> u64 {
    let mut x = gfn
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(u64::from(generation) << 32)
        .wrapping_add(index as u64);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The words of page `gfn` in its `generation`: which one it is comes first.
pub fn words(gfn: Gfn, generation: u32) -> impl Iterator<Item = u64> {
    std::iter::once(MARK | u64::from(generation))
        .chain((1..PAGE_WORDS).map(move |index| word(gfn, generation, index)))
}

/// Judges what was read from page `gfn` when it should be in `generation`.
pub fn judge(page: &Page, gfn: Gfn, generation: u32) -> Verdict {
    let Ok(found) = u32::try_from(page[0] ^ MARK) else {
        return Verdict::Wrong;
    };
    if !words(gfn, found).eq(page.iter().copied()) {
        Verdict::Wrong
    } else if found != generation {
        Verdict::Stale
    } else {
        Verdict::Right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(gfn: Gfn, generation: u32) -> Page {
        let mut page = [0; PAGE_WORDS];
        page.iter_mut()
            .zip(words(gfn, generation))
            .for_each(|(to, from)| *to = from);
        page
    }

    #[test]
    fn a_page_is_recognised() {
        assert_eq!(judge(&page(7, 3), 7, 3), Verdict::Right);
    }

    #[test]
    fn an_earlier_generation_is_stale() {
        assert_eq!(judge(&page(7, 2), 7, 3), Verdict::Stale);
    }

    #[test]
    fn another_page_is_wrong() {
        assert_eq!(judge(&page(8, 3), 7, 3), Verdict::Wrong);
        assert_eq!(judge(&[0; PAGE_WORDS], 7, 3), Verdict::Wrong);
    }

    #[test]
    fn each_word_counts() {
        for index in 0..PAGE_WORDS {
            let mut page = page(7, 3);
            page[index] ^= 1 << 40;
            assert_eq!(judge(&page, 7, 3), Verdict::Wrong, "word {index}");
        }
    }
}
