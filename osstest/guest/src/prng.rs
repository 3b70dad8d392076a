// SPDX-License-Identifier: GPL-2.0-only

//! Random numbers that are the same everywhere: SplitMix64.

/// A generator.
#[derive(Clone, Debug)]
pub struct Prng(u64);

impl Prng {
    /// One that is seeded by this.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// The next number, below `limit`. Not all are equally likely, by one in
    /// 2^64 / `limit`.
    pub const fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// The next number, of 32 bits.
    pub const fn word(&mut self) -> u32 {
        (self.next() >> 32) as u32
    }

    /// The next number, of 32 bits and below `limit`.
    pub const fn word_below(&mut self, limit: u32) -> u32 {
        self.word() % limit
    }

    /// The next number, of 8 bits and below `limit`.
    pub const fn byte_below(&mut self, limit: u8) -> u8 {
        (self.next() >> 56) as u8 % limit
    }

    /// The next number, as one of so many places.
    pub fn index(&mut self, len: usize) -> usize {
        usize::try_from(self.below(len as u64)).expect("below a usize")
    }
}

/// Makes of each number another one, such that similar ones get dissimilar.
pub const fn mix(from: u64) -> u64 {
    let mut z = from;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_splitmix64() {
        let mut prng = Prng::new(1_234_567);
        assert_eq!(prng.next(), 6_457_827_717_110_365_317);
        assert_eq!(prng.next(), 3_203_168_211_198_807_973);
    }
}
