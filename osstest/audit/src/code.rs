// SPDX-License-Identifier: GPL-2.0-only

//! The instructions of an ELF file, with what they refer to.

use crate::arm64;
use crate::elf::{Elf, Machine, Section};
use crate::insn::{Insn, Op};

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
            (Op::Jump(to) | Op::JumpIf(to) | Op::Call(to), None) => Some(to),
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
    let (size, decode): (usize, fn(u32, u64) -> Insn) = match elf.machine {
        Machine::Arm64 => (4, arm64::decode),
    };
    let words = section.data.chunks_exact(size).zip(0u64..);
    words.filter_map(move |(bytes, index)| {
        let offset = index * 4;
        let address = section.address + offset;
        let after = marks.partition_point(|&(mark, _)| mark <= address);
        let is_code = after.checked_sub(1).is_none_or(|last| marks[last].1);
        let word = u32::from_le_bytes(bytes.try_into().ok()?);
        is_code.then(|| Placed {
            address,
            word,
            insn: decode(word, address),
            relocation: section.relocations.get(&offset).map(String::as_str),
        })
    })
}

/// Where code (true) and data (false) start in `section`.
fn marks(elf: &Elf, section: &Section) -> Vec<(u64, bool)> {
    let mut marks: Vec<(u64, bool)> = elf
        .symbols_in(section)
        .filter_map(|symbol| Some((symbol.address, is_code_mark(&symbol.name)?)))
        .collect();
    marks.sort_unstable();
    marks
}

/// Whether a mapping symbol, `$x` or `$d` with or without a suffix, starts code.
fn is_code_mark(name: &str) -> Option<bool> {
    match name.strip_prefix('$')?.split('.').next()? {
        "x" => Some(true),
        "d" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Build, arm64::*};

    fn words(build: Build) -> Vec<u32> {
        let elf = build.elf();
        instructions(&elf, &elf.sections[0])
            .map(|placed| placed.word)
            .collect()
    }

    #[test]
    fn data_in_code_is_no_instruction() {
        let text = [NOP, FADD, RET, FADD];
        assert_eq!(words(Build::object().text(&text)), text);
        assert_eq!(
            words(
                Build::object()
                    .text(&text)
                    .mark("$x", 0)
                    .mark("$d.7", 4)
                    .mark("$x.8", 8)
                    .mark("$d", 12)
            ),
            [NOP, RET]
        );
        // Not a mapping symbol, whatever it looks like.
        assert_eq!(words(Build::object().text(&text).mark("$data", 0)), text);
    }

    #[test]
    fn an_executable_has_addresses_and_an_object_relocations() {
        let elf = Build::executable(0xa000)
            .text(&[NOP, bl(-4), cbnz(8)])
            .elf();
        let placed: Vec<_> = instructions(&elf, &elf.sections[0]).collect();
        assert_eq!(placed[1].address, 0xa004);
        assert_eq!(placed[1].target(), Some(0xa000));
        assert_eq!(placed[2].target(), Some(0xa010));

        let elf = Build::object().text(&[NOP, bl(0)]).calls(4, "other").elf();
        let placed: Vec<_> = instructions(&elf, &elf.sections[0]).collect();
        assert_eq!(placed[0].relocation, None);
        assert_eq!(placed[1].relocation, Some("other"));
        assert_eq!(placed[1].target(), None);
    }
}
