// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of the emulator: what others get wrong, for the conformance kit to reject.

use std::{fmt, str::FromStr};

macro_rules! wrong {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)+) => {
        /// One thing that the emulator gets wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Wrong {
            $($(#[$doc])* $variant,)+
        }

        impl Wrong {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];
        }

        impl fmt::Display for Wrong {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Self::$variant => $name,)+
                })
            }
        }
    };
}

wrong! {
    /// Completes an INVALIDATE and drops nothing: as xen-vhost-frontend, and Zephyr's
    /// driver.
    Keeps = "keeps",
    /// Completes it while a mapping is in use, as QEMU with a locked bucket.
    KeepsUsed = "keeps-used",
    /// Keeps what is beside a descriptor mapped, as QEMU with a ring.
    KeepsBeside = "keeps-beside",
    /// Completes it first, and drops the mappings a second later.
    Early = "early",
    /// Drops the mappings, and completes it 40 seconds later.
    Late = "late",
    /// Drops the mappings, and does not complete it.
    Never = "never",
    /// Ends at a request of a type that it does not know, as QEMU.
    UnknownEnds = "unknown-ends",
    /// Does not complete a request of a type that it does not know.
    UnknownStays = "unknown-stays",
    /// Keeps its mappings when the domain has ended.
    Outlives = "outlives",
}

impl FromStr for Wrong {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let all = Self::ALL;
        let found = all.iter().find(|wrong| wrong.to_string() == name);
        found.copied().ok_or_else(|| {
            let names: Vec<_> = all.iter().map(ToString::to_string).collect();
            format!("{name} is none of {}", names.join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_has_a_name_of_its_own() {
        for wrong in Wrong::ALL {
            assert_eq!(wrong.to_string().parse(), Ok(*wrong));
        }
    }

    #[test]
    fn another_name_is_refused() {
        let why = "keep".parse::<Wrong>().unwrap_err();
        assert!(why.starts_with("keep is none of keeps, "), "{why}");
    }
}
