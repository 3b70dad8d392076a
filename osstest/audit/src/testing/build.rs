// SPDX-License-Identifier: GPL-2.0-only

//! ELF files made to order.

use object::Endianness;
use object::elf;

use crate::elf::Elf;

/// A section that is not loaded.
pub(crate) const NO_FLAGS: u64 = 0;
/// A section that is loaded.
pub(crate) const ALLOC: u64 = elf::SHF_ALLOC.0;
/// A section that can be written.
pub(crate) const WRITE: u64 = elf::SHF_WRITE.0;
/// A section of instructions.
pub(crate) const EXEC: u64 = elf::SHF_EXECINSTR.0;

/// The sections and symbols of an ELF file to be.
pub(crate) struct Build {
    pub(super) file: elf::FileType,
    pub(super) machine: elf::Machine,
    pub(super) endian: Endianness,
    pub(super) base: u64,
    pub(super) sections: Vec<Section>,
    pub(super) locals: Vec<Symbol>,
    pub(super) globals: Vec<Symbol>,
    /// Offsets in .text and symbols.
    pub(super) calls: Vec<(u64, String)>,
}

pub(super) struct Section {
    pub(super) name: String,
    pub(super) flags: u64,
    pub(super) data: Vec<u8>,
    /// For a section that holds nothing.
    pub(super) zeroes: u64,
}

pub(super) struct Symbol {
    pub(super) name: String,
    pub(super) info: elf::SymbolInfo,
    pub(super) place: elf::SymbolSection,
    pub(super) value: u64,
    pub(super) size: u64,
}

/// Symbols are in .text, which is to be the first section.
const TEXT: elf::SymbolSection = elf::SymbolSection(1);

impl Build {
    pub(crate) fn object() -> Self {
        Self {
            file: elf::ET_REL,
            machine: elf::EM_AARCH64,
            endian: Endianness::Little,
            base: 0,
            sections: Vec::new(),
            locals: Vec::new(),
            globals: Vec::new(),
            calls: Vec::new(),
        }
    }

    /// An executable whose sections are at `base`.
    pub(crate) fn executable(base: u64) -> Self {
        Self {
            file: elf::ET_EXEC,
            base,
            ..Self::object()
        }
    }

    pub(crate) fn file_type(self, file: elf::FileType) -> Self {
        Self { file, ..self }
    }

    pub(crate) fn machine(self, machine: elf::Machine) -> Self {
        Self { machine, ..self }
    }

    pub(crate) fn big_endian(self) -> Self {
        let endian = Endianness::Big;
        Self { endian, ..self }
    }

    pub(crate) fn text(self, words: &[u32]) -> Self {
        assert!(self.sections.is_empty(), ".text is to be the first section");
        let data: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        self.section(".text", ALLOC | EXEC, &data)
    }

    pub(crate) fn section(mut self, name: &str, flags: u64, data: &[u8]) -> Self {
        self.sections.push(Section {
            name: name.to_owned(),
            flags,
            data: data.to_vec(),
            zeroes: 0,
        });
        self
    }

    pub(crate) fn zeroes(self, name: &str, flags: u64, size: u64) -> Self {
        let mut build = self.section(name, flags, &[]);
        build.sections.last_mut().unwrap().zeroes = size;
        build
    }

    /// A global function in .text.
    pub(crate) fn function(self, name: &str, offset: u64, size: u64) -> Self {
        self.symbol(name, elf::STB_GLOBAL, elf::STT_FUNC, TEXT, (offset, size))
    }

    /// A local function in .text.
    pub(crate) fn local(self, name: &str, offset: u64, size: u64) -> Self {
        self.symbol(name, elf::STB_LOCAL, elf::STT_FUNC, TEXT, (offset, size))
    }

    /// A weak function in .text.
    pub(crate) fn weak(self, name: &str, offset: u64) -> Self {
        self.symbol(name, elf::STB_WEAK, elf::STT_FUNC, TEXT, (offset, 4))
    }

    /// A mapping symbol in .text.
    pub(crate) fn mark(self, name: &str, offset: u64) -> Self {
        self.symbol(name, elf::STB_LOCAL, elf::STT_NOTYPE, TEXT, (offset, 0))
    }

    /// The source file of the local symbols after it.
    pub(crate) fn file(self, name: &str) -> Self {
        self.symbol(name, elf::STB_LOCAL, elf::STT_FILE, elf::SHN_ABS, (0, 0))
    }

    /// A variable of 8 bytes in no section.
    pub(crate) fn common(self, name: &str) -> Self {
        self.symbol(
            name,
            elf::STB_GLOBAL,
            elf::STT_OBJECT,
            elf::SHN_COMMON,
            (8, 8),
        )
    }

    /// A symbol of another file.
    pub(crate) fn undefined(self, name: &str) -> Self {
        self.symbol(
            name,
            elf::STB_GLOBAL,
            elf::STT_NOTYPE,
            elf::SHN_UNDEF,
            (0, 0),
        )
    }

    /// The branch at `offset` in .text goes to a symbol of another file.
    pub(crate) fn calls(mut self, offset: u64, name: &str) -> Self {
        self.calls.push((offset, name.to_owned()));
        self.undefined(name)
    }

    fn symbol(
        mut self,
        name: &str,
        bind: elf::SymbolBind,
        kind: elf::SymbolType,
        place: elf::SymbolSection,
        (value, size): (u64, u64),
    ) -> Self {
        let symbols = match bind {
            elf::STB_LOCAL => &mut self.locals,
            _ => &mut self.globals,
        };
        symbols.push(Symbol {
            name: name.to_owned(),
            info: bind | kind,
            place,
            value: if place == TEXT {
                self.base + value
            } else {
                value
            },
            size,
        });
        self
    }

    pub(crate) fn elf(&self) -> Elf {
        Elf::parse(&self.bytes()).unwrap()
    }
}
