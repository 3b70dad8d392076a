// SPDX-License-Identifier: GPL-2.0-only

//! ELF files made to order.

use object::Endianness;
use object::elf;

use super::asm::Asm;
use crate::elf::{Elf, Machine};

/// A section that is not loaded.
pub(crate) const NO_FLAGS: u64 = 0;
/// A section that is loaded.
pub(crate) const ALLOC: u64 = elf::SHF_ALLOC.0;
/// A section that can be written.
pub(crate) const WRITE: u64 = elf::SHF_WRITE.0;
/// A section of instructions.
pub(crate) const EXEC: u64 = elf::SHF_EXECINSTR.0;

/// All machines.
pub(crate) const MACHINES: [Machine; 2] = [Machine::Arm64, Machine::Arm32];

/// The sections and symbols of an ELF file to be, for any machine unless it says
/// which.
#[derive(Clone)]
pub(crate) struct Build {
    pub(super) file: elf::FileType,
    pub(super) machine: Option<elf::Machine>,
    pub(super) endian: Endianness,
    pub(super) base: u64,
    pub(super) sections: Vec<Section>,
    pub(super) locals: Vec<Symbol>,
    pub(super) globals: Vec<Symbol>,
    /// Offsets in .text and symbols.
    pub(super) calls: Vec<(u64, String)>,
}

#[derive(Clone)]
pub(super) struct Section {
    pub(super) name: String,
    pub(super) flags: u64,
    pub(super) data: Data,
    /// For a section that holds nothing.
    pub(super) zeroes: u64,
}

#[derive(Clone)]
pub(super) enum Data {
    Bytes(Vec<u8>),
    Code(Vec<Asm>),
}

#[derive(Clone)]
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
            machine: None,
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
        let machine = Some(machine);
        Self { machine, ..self }
    }

    pub(crate) fn on(self, machine: Machine) -> Self {
        self.machine(match machine {
            Machine::Arm64 => elf::EM_AARCH64,
            Machine::Arm32 => elf::EM_ARM,
        })
    }

    pub(crate) fn big_endian(self) -> Self {
        let endian = Endianness::Big;
        Self { endian, ..self }
    }

    pub(crate) fn text(self, code: &[impl Copy + Into<Asm>]) -> Self {
        assert!(self.sections.is_empty(), ".text is to be the first section");
        self.code(".text", ALLOC | EXEC, code)
    }

    /// A section that holds code, whatever its flags say.
    pub(crate) fn code(self, name: &str, flags: u64, code: &[impl Copy + Into<Asm>]) -> Self {
        let code = code.iter().map(|&asm| asm.into()).collect();
        self.add(name, flags, Data::Code(code))
    }

    pub(crate) fn section(self, name: &str, flags: u64, data: &[u8]) -> Self {
        self.add(name, flags, Data::Bytes(data.to_vec()))
    }

    fn add(mut self, name: &str, flags: u64, data: Data) -> Self {
        self.sections.push(Section {
            name: name.to_owned(),
            flags,
            data,
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

    /// For the machine it is for, or the first.
    pub(crate) fn elf(&self) -> Elf {
        Elf::parse(&self.bytes()).unwrap()
    }

    /// For each machine that it is for.
    pub(crate) fn elves(&self) -> Vec<Elf> {
        let on = |machine| self.clone().on(machine).elf();
        match self.machine {
            Some(_) => vec![self.elf()],
            None => MACHINES.map(on).into(),
        }
    }
}
