// SPDX-License-Identifier: GPL-2.0-only

//! An ELF file, reduced to what the rules ask.

use std::collections::BTreeMap;

use object::read::{File, Object, ObjectSection, RelocationTarget};
use object::{Architecture, BinaryFormat, ObjectKind, SectionFlags, elf};

use symbol::symbol_name;
pub use symbol::{Mark, Place, Symbol};

mod symbol;

/// A whole file.
#[derive(Debug)]
pub struct Elf {
    /// Whose instructions it holds.
    pub machine: Machine,
    /// What it is.
    pub kind: Kind,
    /// Its sections, without the empty one that every file starts with.
    pub sections: Vec<Section>,
    /// Its symbols in the order of the file, which says what source file a
    /// local symbol is from.
    pub symbols: Vec<Symbol>,
}

/// An architecture that there is a decoder for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// `AArch64`, little-endian.
    Arm64,
    /// `AArch32`, little-endian, of whose instruction sets A32 alone.
    Arm32,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Yet to be linked.
    Object,
    /// Linked.
    Executable,
}

/// A section.
#[derive(Debug)]
pub struct Section {
    /// Its number in the file.
    pub index: usize,
    /// Its name.
    pub name: String,
    /// Where it will be; 0 in an object.
    pub address: u64,
    /// How many bytes it takes there.
    pub size: u64,
    /// Whether it takes any, and they can be written.
    pub writable: bool,
    /// Whether it holds instructions.
    pub executable: bool,
    /// What it holds, nothing for `.bss`.
    pub data: Vec<u8>,
    /// The symbol to be put in at an offset.
    pub relocations: BTreeMap<u64, String>,
}

impl Elf {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// If `data` is no ELF file, or one of a kind or machine that is not
    /// supported: says which.
    pub fn parse(data: &[u8]) -> Result<Self, String> {
        let file = File::parse(data).map_err(|why| format!("not an ELF file: {why}"))?;
        if file.format() != BinaryFormat::Elf {
            return Err(format!("{:?}, not an ELF file", file.format()));
        }
        let machine = match file.architecture() {
            Architecture::Aarch64 if file.is_little_endian() => Machine::Arm64,
            Architecture::Arm if file.is_little_endian() => Machine::Arm32,
            other => {
                let end = if file.is_little_endian() {
                    ""
                } else {
                    "big-endian "
                };
                return Err(format!(
                    "an ELF file for {end}{other:?}, which is not supported; Aarch64 and Arm are"
                ));
            }
        };
        let kind = match file.kind() {
            ObjectKind::Relocatable => Kind::Object,
            ObjectKind::Executable | ObjectKind::Dynamic => Kind::Executable,
            other => {
                return Err(format!(
                    "an ELF file that is neither object nor executable: {other:?}"
                ));
            }
        };
        let elf =
            Self::read(&file, machine, kind).map_err(|why| format!("a damaged ELF file: {why}"))?;
        if elf.has_thumb() {
            return Err("an ELF file with Thumb code, which is not supported; A32 is".to_owned());
        }
        Ok(elf)
    }

    fn read(file: &File<'_>, machine: Machine, kind: Kind) -> object::Result<Self> {
        Ok(Self {
            machine,
            kind,
            sections: file
                .sections()
                .map(|section| Section::read(file, &section))
                .collect::<object::Result<_>>()?,
            symbols: file
                .symbols()
                .map(|symbol| Symbol::read(&symbol))
                .collect::<object::Result<_>>()?,
        })
    }

    fn has_thumb(&self) -> bool {
        let mut marks = self.symbols.iter().filter_map(Symbol::mark);
        marks.any(|mark| mark == Mark::Thumb)
    }

    /// The symbol of this name that is defined here, if there is one.
    #[must_use]
    pub fn defined(&self, name: &str) -> Option<&Symbol> {
        self.symbols
            .iter()
            .find(|symbol| symbol.is_defined() && symbol.name == name)
    }

    /// The sections that hold instructions.
    pub fn executable_sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| section.executable)
    }

    /// The symbols that `section` holds.
    pub fn symbols_in<'a>(&'a self, section: &Section) -> impl Iterator<Item = &'a Symbol> {
        let place = Place::Section(section.index);
        self.symbols
            .iter()
            .filter(move |symbol| symbol.place == place)
    }
}

impl Section {
    fn read<'data>(
        file: &File<'data>,
        section: &object::read::Section<'data, '_>,
    ) -> object::Result<Self> {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
            unreachable!("an ELF section has ELF flags");
        };
        let has = |flag: elf::SectionFlags| (sh_flags & flag).0 != 0;
        let mut relocations = BTreeMap::new();
        for (offset, relocation) in section.relocations() {
            if let RelocationTarget::Symbol(index) = relocation.target() {
                let name = symbol_name(&file.symbol_by_index(index)?)?;
                relocations.insert(offset, name);
            }
        }
        Ok(Self {
            index: section.index().0,
            name: section.name()?.to_owned(),
            address: section.address(),
            size: section.size(),
            writable: has(elf::SHF_ALLOC) && has(elf::SHF_WRITE),
            executable: has(elf::SHF_ALLOC) && has(elf::SHF_EXECINSTR),
            data: section.data()?.to_vec(),
            relocations,
        })
    }
}

#[cfg(test)]
mod tests;
