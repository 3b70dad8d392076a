// SPDX-License-Identifier: GPL-2.0-only

//! Writes the ELF files made to order.

use object::elf;
use object::write::elf::{FileHeader, Rel, SectionHeader, SinglePhaseWriter, Sym, Writer};

use super::build::{Build, Data, Section, Symbol};
use crate::elf::Machine;

impl Build {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        // The header is written first, and known last.
        let mut header = Vec::new();
        let mut writer = Writer::new_single_phase(self.endian, self.is_64(), &mut bytes);
        self.write(&mut writer);
        writer.write_file_header_to(&mut header).unwrap();
        bytes[..header.len()].copy_from_slice(&header);
        bytes
    }

    fn e_machine(&self) -> elf::Machine {
        self.machine.unwrap_or(elf::EM_AARCH64)
    }

    /// Whether it has 64-bit addresses, and with them relocations of the kind
    /// that has a place for the addend.
    fn is_64(&self) -> bool {
        !matches!(self.e_machine(), elf::EM_ARM | elf::EM_386)
    }

    fn write<'a>(&'a self, writer: &mut SinglePhaseWriter<'a>) {
        let machine = if self.is_64() {
            Machine::Arm64
        } else {
            Machine::Arm32
        };
        let header = FileHeader {
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            e_type: self.file,
            e_machine: self.e_machine(),
            e_entry: 0,
            e_flags: elf::FileFlags(0),
        };
        writer.write_file_header(&header).unwrap();
        let headers: Vec<SectionHeader> = self
            .sections
            .iter()
            .map(|section| section.write(machine, self.base, writer))
            .collect();
        writer.write_null_symbol();
        for symbol in self.symbols() {
            symbol.write(writer);
        }
        let relocations = self.write_relocations(writer);
        let name = writer.add_section_name(if self.is_64() {
            b".rela.text"
        } else {
            b".rel.text"
        });
        writer.write_strtab().unwrap();
        writer.write_shstrtab().unwrap();

        writer.write_null_section_header();
        let text = section_index(1);
        for header in &headers {
            writer.write_section_header(header);
        }
        writer.write_strtab_section_header();
        let locals = u32::try_from(self.locals.len()).unwrap() + 1;
        writer.write_symtab_section_header(locals);
        if !self.calls.is_empty() {
            let symtab = section_index(headers.len() + 2);
            let count = self.calls.len();
            let rela = self.is_64();
            writer.write_relocation_section_header(name, text, symtab, relocations, count, rela);
        }
        writer.write_shstrtab_section_header();
    }

    /// In the order of the file: locals come first.
    fn symbols(&self) -> impl Iterator<Item = &Symbol> {
        self.locals.iter().chain(&self.globals)
    }

    fn write_relocations(&self, writer: &mut SinglePhaseWriter<'_>) -> u64 {
        let start = writer.write_align_relocation();
        for (offset, callee) in &self.calls {
            let index = self.symbols().position(|symbol| symbol.name == *callee);
            let relocation = Rel {
                r_offset: *offset,
                r_sym: u32::try_from(index.unwrap() + 1).unwrap(),
                r_type: if self.is_64() {
                    elf::R_AARCH64_CALL26
                } else {
                    elf::R_ARM_CALL
                },
                r_addend: 0,
            };
            writer.write_relocation(self.is_64(), &relocation);
        }
        start
    }
}

impl Section {
    fn write<'a>(
        &'a self,
        machine: Machine,
        base: u64,
        writer: &mut SinglePhaseWriter<'a>,
    ) -> SectionHeader {
        let name = writer.add_section_name(self.name.as_bytes());
        let sh_offset = writer.write_align(8);
        let data = self.data.encode(machine);
        writer.write(&data);
        let held = u64::try_from(data.len()).unwrap();
        SectionHeader {
            sh_name: writer.section_name_offset(Some(name)),
            sh_type: if self.zeroes > 0 {
                elf::SHT_NOBITS
            } else {
                elf::SHT_PROGBITS
            },
            sh_flags: elf::SectionFlags(self.flags),
            sh_addr: base,
            sh_offset,
            sh_size: held + self.zeroes,
            sh_link: 0,
            sh_info: 0,
            sh_addralign: 4,
            sh_entsize: 0,
        }
    }
}

impl Data {
    fn encode(&self, machine: Machine) -> Vec<u8> {
        match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Code(code) => code
                .iter()
                .flat_map(|asm| asm.encode(machine).to_le_bytes())
                .collect(),
        }
    }
}

impl Symbol {
    fn write<'a>(&'a self, writer: &mut SinglePhaseWriter<'a>) {
        let name = writer.add_string(self.name.as_bytes());
        let symbol = Sym {
            section: None,
            st_name: writer.string_offset(Some(name)),
            st_info: self.info,
            st_other: elf::SymbolOther(0),
            st_shndx: self.place,
            st_value: self.value,
            st_size: self.size,
        };
        writer.write_symbol(&symbol);
    }
}

fn section_index(index: usize) -> object::write::elf::SectionIndex {
    object::write::elf::SectionIndex(u32::try_from(index).unwrap())
}
