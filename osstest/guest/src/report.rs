// SPDX-License-Identifier: GPL-2.0-only

//! What a test expects, what it got, and the line that says so.

use core::fmt;

/// Up to four numbers, one per what the test counts: the invalidations of a
/// vCPU, of each server, or of each vCPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    numbers: [u64; 4],
    len: usize,
}

impl<const N: usize> From<[u64; N]> for Counts {
    fn from(from: [u64; N]) -> Self {
        Self::new(from)
    }
}

impl From<u64> for Counts {
    fn from(from: u64) -> Self {
        Self::new([from])
    }
}

impl Counts {
    const fn new<const N: usize>(from: [u64; N]) -> Self {
        const { assert!(N <= 4) };
        let mut numbers = [0; 4];
        let mut n = 0;
        while n < N {
            numbers[n] = from[n];
            n += 1;
        }
        Self { numbers, len: N }
    }

    fn as_slice(&self) -> &[u64] {
        &self.numbers[..self.len]
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, count) in self.as_slice().iter().enumerate() {
            let comma = if n == 0 { "" } else { "," };
            write!(f, "{comma}{count}")?;
        }
        Ok(())
    }
}

/// What a test must count.
#[derive(Clone, Copy, Debug)]
pub enum Want {
    /// Just that.
    Exactly(Counts),
    /// No less: for operations that Xen may preempt, which may send an invalidation
    /// for each continuation.
    AtLeast(u64),
}

impl Want {
    /// Exactly these.
    pub const fn exactly<const N: usize>(counts: [u64; N]) -> Self {
        Self::Exactly(Counts::new(counts))
    }

    /// Whether these are what is wanted.
    pub fn is_met_by(self, counted: Counts) -> bool {
        match self {
            Self::Exactly(counts) => counted == counts,
            Self::AtLeast(count) => counted.as_slice().iter().all(|&n| n >= count),
        }
    }
}

impl fmt::Display for Want {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(counts) => counts.fmt(f),
            Self::AtLeast(count) => write!(f, ">={count}"),
        }
    }
}

/// The result of a test, displayed as its line on the console.
#[derive(Clone, Copy, Debug)]
pub struct Line<N, E> {
    /// Its place in the battery, from 1.
    pub number: usize,
    /// Its name.
    pub name: N,
    /// What it expects.
    pub want: Want,
    /// What it counted, or why it could not.
    pub outcome: Result<Counts, E>,
}

impl<N, E> Line<N, E> {
    /// Whether the test passed.
    pub fn passed(&self) -> bool {
        self.outcome
            .as_ref()
            .is_ok_and(|counted| self.want.is_met_by(*counted))
    }
}

impl<N: fmt::Display, E: fmt::Display> fmt::Display for Line<N, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            number, name, want, ..
        } = self;
        match &self.outcome {
            Ok(counted) if self.passed() => {
                write!(
                    f,
                    "TEST {number} {name} ok invalidations={counted} want={want}"
                )
            }
            Ok(counted) => write!(
                f,
                "TEST {number} {name} FAIL invalidations={counted} want={want} the emulator received other invalidations"
            ),
            Err(why) => write!(
                f,
                "TEST {number} {name} FAIL invalidations=? want={want} {why}"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(want: Want, outcome: Result<Counts, &str>) -> Line<&'static str, &str> {
        Line {
            number: 7,
            name: "group/name",
            want,
            outcome,
        }
    }

    #[test]
    fn exact_counts_pass() {
        let line = line(Want::exactly([1, 0]), Ok([1, 0].into()));
        assert!(line.passed());
        assert_eq!(
            line.to_string(),
            "TEST 7 group/name ok invalidations=1,0 want=1,0"
        );
    }

    #[test]
    fn more_or_less_than_exact_fails() {
        for counted in [0, 2] {
            let line = line(Want::exactly([1]), Ok(counted.into()));
            assert!(!line.passed());
            assert!(
                line.to_string()
                    .contains(&format!("FAIL invalidations={counted} want=1 "))
            );
        }
    }

    #[test]
    fn a_count_too_few_fails() {
        assert!(!line(Want::exactly([1, 1]), Ok(1.into())).passed());
    }

    #[test]
    fn lower_bounds_hold_for_every_count() {
        assert!(line(Want::AtLeast(1), Ok([1, 3].into())).passed());
        assert!(!line(Want::AtLeast(1), Ok([0, 3].into())).passed());
        let line = line(Want::AtLeast(1), Ok(2.into()));
        assert_eq!(
            line.to_string(),
            "TEST 7 group/name ok invalidations=2 want=>=1"
        );
    }

    #[test]
    fn an_error_fails_whatever_is_wanted() {
        let line = line(Want::AtLeast(0), Err("no reply"));
        assert!(!line.passed());
        assert_eq!(
            line.to_string(),
            "TEST 7 group/name FAIL invalidations=? want=>=0 no reply"
        );
    }
}
