// SPDX-License-Identifier: GPL-2.0-only

//! The instructions of an ELF file, with what they refer to.

use crate::elf::{Elf, Machine, Mark, Section};
use crate::insn::{Insn, Op};
use crate::{arm32, arm64};

/// An instruction at its place.
#[derive(Debug)]
pub struct Placed<'a> {
    /// Where it is: an address, or in an object the offset in its section.
    pub address: u64,
    /// Its encoding.
    pub word: u32,
    /// What it is. Where a relocation applies, a branch's own target is void.
    pub insn: Insn,
    /// The symbol that the linker will put in, if it is to put in one.
    pub relocation: Option<&'a str>,
}

impl Placed<'_> {
    /// The address that a direct branch goes to, if it is known.
    #[must_use]
    pub fn target(&self) -> Option<u64> {
        match (self.insn.op, self.relocation) {
            (Op::Jump(to) | Op::Call(to), None) => Some(to),
            _ => None,
        }
    }
}

/// The instructions of one executable section in the order of their addresses.
///
/// What the assembler marked as data (`$d`) is left out. Code is what is marked
/// so, and what is not marked at all.
pub fn instructions<'a>(
    elf: &'a Elf,
    section: &'a Section,
) -> impl Iterator<Item = Placed<'a>> + use<'a> {
    let marks = marks(elf, section);
    let machine = elf.machine;
    let words = section.data.chunks_exact(4).zip(0u64..);
    words.filter_map(move |(bytes, index)| {
        let offset = index * 4;
        let address = section.address + offset;
        let after = marks.partition_point(|&(mark, _)| mark <= address);
        let is_code = after
            .checked_sub(1)
            .is_none_or(|last| marks[last].1 != Mark::Data);
        let word = u32::from_le_bytes(bytes.try_into().ok()?);
        let insn = match machine {
            Machine::Arm64 => arm64::decode(word, address),
            Machine::Arm32 => arm32::decode(word, address),
        };
        is_code.then(|| Placed {
            address,
            word,
            insn,
            relocation: section.relocations.get(&offset).map(String::as_str),
        })
    })
}

/// Where in `section` what starts.
fn marks(elf: &Elf, section: &Section) -> Vec<(u64, Mark)> {
    let mut marks: Vec<(u64, Mark)> = elf
        .symbols_in(section)
        .filter_map(|symbol| Some((symbol.address, symbol.mark()?)))
        .collect();
    marks.sort_unstable();
    marks
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Asm::{self, Call, Float, JumpIf, Nop, Ret};
    use crate::testing::Build;

    /// The instructions that are seen in `build`, on each machine.
    #[track_caller]
    fn assert_seen(build: Build, wanted: &[Asm]) {
        for elf in build.elves() {
            let seen = instructions(&elf, &elf.sections[0]).map(|placed| placed.word);
            let wanted = wanted.iter().map(|asm| asm.encode(elf.machine));
            assert!(seen.eq(wanted), "{:?}", elf.machine);
        }
    }

    #[test]
    fn data_in_code_is_no_instruction() {
        let text = [Nop, Float, Ret, Float];
        assert_seen(Build::object().text(&text), &text);
        for code in ["$x", "$a"] {
            let marked = Build::object()
                .text(&text)
                .mark(code, 0)
                .mark("$d.7", 4)
                .mark(&format!("{code}.8"), 8)
                .mark("$d", 12);
            assert_seen(marked, &[Nop, Ret]);
        }
        // Not a mapping symbol, whatever it looks like.
        assert_seen(Build::object().text(&text).mark("$data", 0), &text);
    }

    #[test]
    fn an_executable_has_addresses_and_an_object_relocations() {
        let build = Build::executable(0xa000).text(&[Nop, Call(-4), JumpIf(8)]);
        for elf in build.elves() {
            let placed: Vec<_> = instructions(&elf, &elf.sections[0]).collect();
            assert_eq!(placed[1].address, 0xa004);
            assert_eq!(placed[1].target(), Some(0xa000));
            assert_eq!(placed[2].target(), Some(0xa010));
        }
        let build = Build::object().text(&[Nop, Call(0)]).calls(4, "other");
        for elf in build.elves() {
            let placed: Vec<_> = instructions(&elf, &elf.sections[0]).collect();
            assert_eq!(placed[0].relocation, None);
            assert_eq!(placed[1].relocation, Some("other"));
            assert_eq!(placed[1].target(), None);
        }
    }
}
