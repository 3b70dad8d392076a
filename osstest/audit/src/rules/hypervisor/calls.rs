// SPDX-License-Identifier: GPL-2.0-only

//! Who calls whom in a linked hypervisor.

use std::collections::BTreeSet;

use crate::code::instructions;
use crate::elf::{Elf, Section};

/// The functions that branch to `callee`: a call, or a jump where a call is the
/// last thing that a function does. `None` if there is no such symbol.
///
/// A branch from outside of all functions counts as one from its section, and
/// one to the veneer that the linker made for `callee` as one to it. Branches
/// through a register are not followed.
#[must_use]
pub fn callers<'a>(elf: &'a Elf, callee: &str) -> Option<BTreeSet<&'a str>> {
    let veneer = format!("__{callee}_veneer");
    let start = |name| elf.defined(name).map(|symbol| symbol.address);
    let to = [Some(start(callee)?), start(&veneer)];
    let mut callers = BTreeSet::new();
    for section in elf.executable_sections() {
        for placed in instructions(elf, section) {
            if placed.target().is_some() && to.contains(&placed.target()) {
                callers.insert(enclosing(elf, section, placed.address));
            }
        }
    }
    // What branches to its own start is a loop, or calls itself.
    callers.retain(|&caller| caller != callee && caller != veneer);
    Some(callers)
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
    use crate::testing::Asm::{Call, Jump, JumpIf, Nop, Ret};
    use crate::testing::Build;

    #[track_caller]
    fn assert_callers(build: Build, wanted: &[&str]) {
        for elf in build.elves() {
            let found = callers(&elf, "callee").unwrap();
            assert!(found.iter().eq(wanted), "{:?}: {found:?}", elf.machine);
            assert_eq!(callers(&elf, "nobody"), None);
        }
    }

    #[test]
    fn every_direct_branch_counts_and_no_other() {
        let text = [
            Ret,
            Call(-4),
            Jump(-8),
            JumpIf(-12),
            Call(-12),
            Call(4),
            Nop,
        ];
        let build = Build::executable(0x1000)
            .text(&text)
            .function("callee", 0, 4)
            .local("calls", 4, 4)
            .local("ends_in", 8, 4)
            .local("jumps", 12, 4)
            .local("misses", 16, 8);
        assert_callers(build, &["calls", "ends_in", "jumps"]);
    }

    #[test]
    fn a_caller_is_known_by_its_size_or_its_section() {
        let build = Build::executable(0x1000)
            .text(&[Jump(0), Nop, Call(-8)])
            .function("callee", 0, 4)
            .local("before", 4, 4);
        assert_callers(build, &[".text"]);
    }

    #[test]
    fn a_veneer_stands_for_what_it_leads_to() {
        let build = Build::executable(0x1000)
            .text(&[Ret, Jump(-4), Call(-4), Call(8), Ret])
            .function("callee", 0, 4)
            .local("__callee_veneer", 4, 4)
            .local("near", 8, 4)
            .local("other", 12, 4)
            .local("__other_veneer", 16, 4);
        assert_callers(build, &["near"]);
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
