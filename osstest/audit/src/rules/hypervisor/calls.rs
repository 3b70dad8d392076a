// SPDX-License-Identifier: GPL-2.0-only

//! Who calls whom in a linked hypervisor.

use std::collections::BTreeSet;

use crate::code::instructions;
use crate::elf::{Elf, Section};

/// The functions that branch to `callee`: `bl`, or `b` where a call is the last
/// thing that a function does. `None` if there is no such symbol.
///
/// A branch from outside of all functions counts as one from its section.
/// Branches through a register are not followed.
#[must_use]
pub fn callers<'a>(elf: &'a Elf, callee: &str) -> Option<BTreeSet<&'a str>> {
    let to = elf.defined(callee)?.address;
    let sections = elf.executable_sections();
    let callers = sections.flat_map(|section| {
        instructions(elf, section)
            .filter(move |placed| placed.target() == Some(to))
            .map(|placed| enclosing(elf, section, placed.address))
    });
    // What branches to its own start is a loop, or calls itself.
    Some(callers.filter(|&caller| caller != callee).collect())
}

/// The function that holds `address`, or its section.
fn enclosing<'a>(elf: &'a Elf, section: &'a Section, address: u64) -> &'a str {
    elf.symbols_in(section)
        .find(|symbol| address.wrapping_sub(symbol.address) < symbol.size)
        .map_or(&section.name, |symbol| &symbol.name)
}

/// Whether `name` is `function`, or a copy or part that GCC made of it.
#[must_use]
pub fn is_part_of(name: &str, function: &str) -> bool {
    /// What GCC calls its copies: with fewer or constant arguments, the part
    /// left behind by inlining the rest, the unlikely part, and one that had to
    /// be renamed at link time.
    const MADE: [&str; 5] = ["isra", "constprop", "part", "cold", "lto_priv"];

    let Some(rest) = name.strip_prefix(function) else {
        return false;
    };
    rest.is_empty()
        || rest.strip_prefix('.').is_some_and(|suffixes| {
            suffixes
                .split('.')
                .all(|suffix| MADE.contains(&suffix) || suffix.parse::<u32>().is_ok())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Build;
    use crate::testing::arm64::{NOP, RET, b, bl, cbz};

    #[test]
    fn every_direct_branch_counts_and_no_other() {
        let elf = Build::executable(0x1000)
            .text(&[RET, bl(-4), b(-8), cbz(-12), bl(-12), bl(4), NOP])
            .function("callee", 0, 4)
            .local("calls", 4, 4)
            .local("ends_in", 8, 4)
            .local("jumps", 12, 4)
            .local("misses", 16, 8)
            .elf();
        let found = callers(&elf, "callee").unwrap();
        assert_eq!(found, ["calls", "ends_in", "jumps"].into());
        assert_eq!(callers(&elf, "nobody"), None);
    }

    #[test]
    fn a_caller_is_known_by_its_size_or_its_section() {
        let elf = Build::executable(0x1000)
            .text(&[b(0), NOP, bl(-8)])
            .function("callee", 0, 4)
            .local("before", 4, 4)
            .elf();
        assert_eq!(callers(&elf, "callee").unwrap(), [".text"].into());
    }

    #[test]
    fn parts_of_a_function() {
        for name in [
            "f",
            "f.part.0",
            "f.isra.0",
            "f.constprop.12",
            "f.cold",
            "f.isra.0.cold",
        ] {
            assert!(is_part_of(name, "f"), "{name}");
        }
        for name in [
            "g",
            "f2",
            "ff",
            "f_part.0",
            "g.part.0",
            "f.other",
            "f.",
            "f.part.0x",
        ] {
            assert!(!is_part_of(name, "f"), "{name}");
        }
    }
}
