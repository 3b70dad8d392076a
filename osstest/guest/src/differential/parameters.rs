// SPDX-License-Identifier: GPL-2.0-only

//! What a run is to do, as the command line says it.

use super::plan::OPS;
use crate::arguments::{number, value};

/// What a run is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameters {
    /// Of the random operations.
    pub seed: u64,
    /// The first episode.
    pub first: u64,
    /// How many.
    pub episodes: u64,
    /// Which operations of each episode to perform: bit n for the n-th.
    pub mask: u128,
    /// Whether to say what came of each operation.
    pub trace: bool,
}

impl Parameters {
    /// From `seed=N ops=N first=N mask=HEX trace=y`; nothing if a value is not
    /// of its kind. What is not said is 1 for the seed, [`OPS`], 0, all, no.
    pub fn parse(line: &str) -> Option<Self> {
        let mask = match value(line, "mask") {
            None => u128::MAX,
            Some(mask) => u128::from_str_radix(mask, 16).ok()?,
        };
        Some(Self {
            seed: number(line, "seed", 1)?,
            first: number(line, "first", 0)?,
            episodes: number(line, "ops", OPS as u64)?.div_ceil(OPS as u64),
            mask,
            trace: value(line, "trace") == Some("y"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_can_be_said() {
        assert_eq!(
            Parameters::parse("seed=7 ops=129 first=5 mask=10001 trace=y"),
            Some(Parameters {
                seed: 7,
                first: 5,
                episodes: 2,
                mask: 0x1_0001,
                trace: true,
            })
        );
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        let parameters = Parameters::parse("").expect("nothing is wrong");
        assert_eq!(parameters.mask, u128::MAX);
        assert_eq!(parameters.episodes, 1);
        assert!(!parameters.trace);
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(Parameters::parse("seed=x"), None);
        assert_eq!(Parameters::parse("mask=xyz"), None);
    }
}
