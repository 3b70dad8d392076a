// SPDX-License-Identifier: GPL-2.0-only

//! What objdump prints of an ELF file, as values.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::instruction::{Machine, Op, classify};

/// A whole file.
#[derive(Debug)]
pub struct Listing {
    /// Whose instructions it holds.
    pub machine: Machine,
    /// Whether it is linked; otherwise it is an object.
    pub linked: bool,
    /// Its sections, but those that only serve the file itself.
    pub sections: Vec<Section>,
    /// Its symbols in the order of the file, which says what source file a
    /// local symbol is from.
    pub symbols: Vec<Symbol>,
    /// What its executable sections hold, but for constants between functions.
    pub instructions: Vec<Instruction>,
}

/// A section.
#[derive(Debug)]
pub struct Section {
    /// Its name.
    pub name: String,
    /// How many bytes it takes in memory, if it is loaded.
    pub size: u64,
    /// Whether it is loaded, and can be written.
    pub writable: bool,
    /// Whether it is loaded, and holds instructions.
    pub executable: bool,
}

/// A symbol.
#[derive(Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Its name.
    pub name: String,
    /// Whether other files see it: global or weak.
    pub global: bool,
    /// Where it is.
    pub place: Place,
    /// Its address, or in an object the offset in its section.
    pub address: u64,
    /// How many bytes it names.
    pub size: u64,
}

/// Where a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In another file.
    Undefined,
    /// In the section of this index.
    Section(usize),
    /// In no section: memory that the linker is to reserve, writable.
    Common,
    /// Nowhere: a number with a name.
    Absolute,
    /// Nowhere: the name of the source that the local symbols after it are from.
    File,
    /// Nowhere: the name of a section.
    SectionName,
}

/// An instruction at its place.
#[derive(Debug)]
pub struct Instruction {
    /// The index of its section.
    pub section: usize,
    /// Where it is: an address, or in an object the offset in its section.
    pub address: u64,
    /// Its name and operands.
    pub text: String,
    /// What it does.
    pub op: Op,
    /// Whether it does that only if the flags or a register say so, and nothing
    /// otherwise.
    pub conditional: bool,
    /// The address that is its last operand, unless the linker will put in another.
    pub target: Option<u64>,
    /// The symbol that the linker will put in, if it is to put in one.
    pub relocation: Option<String>,
}

/// One line for each section, symbol and instruction, with its relocation, and
/// nothing left out.
const OPTIONS: [&str; 9] = [
    "--disassemble",
    "--wide",
    "--file-headers",
    "--section-headers",
    "--syms",
    "--special-syms",
    "--reloc",
    "--disassemble-zeroes",
    "--no-show-raw-insn",
];

impl Listing {
    /// Reads `file` with the program `objdump`.
    ///
    /// # Errors
    ///
    /// If objdump cannot be run or cannot read the file, or if the file is not
    /// supported: says which.
    pub fn read(file: &Path, objdump: &Path) -> Result<Self, String> {
        let done = Command::new(objdump)
            .env("LC_ALL", "C")
            .args(OPTIONS)
            .arg("--")
            .arg(file)
            .output()
            .map_err(|why| format!("cannot run {}: {why}", objdump.display()))?;
        let text = String::from_utf8_lossy(&done.stdout);
        // It also prints the format of a machine that it cannot disassemble for.
        let (format, rest) = text
            .split_once(":     file format ")
            .and_then(|(_, rest)| rest.split_once('\n'))
            .unwrap_or_default();
        let machine = match format {
            "elf64-littleaarch64" => Some(Machine::Arm64),
            "elf32-littlearm" => Some(Machine::Arm32),
            "elf64-littleriscv" => Some(Machine::Riscv64),
            _ => None,
        };
        match (machine, done.status.success()) {
            (Some(machine), true) => Self::parse(machine, rest),
            (None, _) if !format.is_empty() => Err(format!(
                "{format}, which is not supported; elf64-littleaarch64, elf32-littlearm and \
                 elf64-littleriscv are"
            )),
            _ => {
                let why = String::from_utf8_lossy(&done.stderr);
                Err(format!("{} failed: {}", objdump.display(), why.trim()))
            }
        }
    }

    fn parse(machine: Machine, text: &str) -> Result<Self, String> {
        let mut listing = Self {
            machine,
            linked: false,
            sections: Vec::new(),
            symbols: Vec::new(),
            instructions: Vec::new(),
        };
        let mut part = Part::Header;
        for line in text.lines().filter(|line| !line.is_empty()) {
            let code = line.strip_prefix("Disassembly of section ");
            part = match (line, code) {
                ("Sections:", _) => Part::Sections,
                ("SYMBOL TABLE:", _) => Part::Symbols,
                (_, Some(name)) => Part::Code(listing.section(name.trim_end_matches(':'))),
                _ => {
                    let taken = listing.take(part, line);
                    taken.ok_or_else(|| format!("objdump prints what is not known: {line}"))?;
                    part
                }
            };
        }
        listing.verify()?;
        Ok(listing)
    }

    /// Takes one line of a part; nothing if it is not understood.
    fn take(&mut self, part: Part, line: &str) -> Option<()> {
        match part {
            Part::Header => self.linked |= line.contains("EXEC_P") || line.contains("DYNAMIC"),
            Part::Sections if line.starts_with("Idx ") => {}
            Part::Sections => self.sections.push(Section::parse(line)?),
            Part::Symbols if line == "no symbols" => {}
            Part::Symbols => self.symbols.push(self.symbol(line)?),
            // The name of a function.
            Part::Code(_) if line.ends_with(">:") => {}
            Part::Code(section) => {
                let instruction = Instruction::parse(self.machine, section?, line)?;
                if self.sections[instruction.section].executable && !instruction.is_data() {
                    self.instructions.push(instruction);
                }
            }
        }
        Some(())
    }

    /// Refuses what would be misread.
    fn verify(&self) -> Result<(), String> {
        let is_thumb = |symbol: &Symbol| symbol.name == "$t" || symbol.name.starts_with("$t.");
        if self.symbols.iter().any(is_thumb) {
            return Err("Thumb code, which is not supported; A32 is".to_owned());
        }
        // objdump says by its name alone in which section something is.
        let mut names = BTreeSet::new();
        let twice = self
            .executable_sections()
            .find(|section| !names.insert(&section.name));
        twice.map_or(Ok(()), |section| {
            Err(format!("two sections of code named {}", section.name))
        })
    }

    fn section(&self, name: &str) -> Option<usize> {
        self.sections
            .iter()
            .position(|section| section.name == name)
    }

    /// `0000000000000154 g     F .text  0000000000000094 .hidden xen_rs_flag_all`,
    /// with a tab behind the section.
    fn symbol(&self, line: &str) -> Option<Symbol> {
        let (place, rest) = line.split_once('\t')?;
        let (address, place) = place.split_once(' ')?;
        let (flags, section) = place.split_at_checked(8)?;
        let (size, name) = rest.split_once(' ')?;
        let place = match (section, flags.get(5..7)?) {
            ("*UND*", _) => Place::Undefined,
            ("*COM*", _) => Place::Common,
            ("*ABS*", "df") => Place::File,
            ("*ABS*", _) => Place::Absolute,
            (_, "d ") => Place::SectionName,
            (name, _) => Place::Section(self.section(name)?),
        };
        Some(Symbol {
            name: name.rsplit(' ').next()?.to_owned(),
            global: !flags.starts_with('l'),
            place,
            address: hex(address)?,
            // One that is common has its size first, and then its alignment.
            size: hex(if place == Place::Common {
                address
            } else {
                size
            })?,
        })
    }

    /// The sections that hold instructions.
    pub fn executable_sections(&self) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(|section| section.executable)
    }

    /// The symbol of this name that is defined here, if there is one.
    #[must_use]
    pub fn defined(&self, name: &str) -> Option<&Symbol> {
        self.symbols
            .iter()
            .find(|symbol| symbol.is_defined() && symbol.name == name)
    }

    /// The names of those symbols.
    pub fn names(&self, of: impl Fn(&Symbol) -> bool) -> impl Iterator<Item = &str> {
        let symbols = self.symbols.iter().filter(move |symbol| of(symbol));
        symbols.map(|symbol| symbol.name.as_str())
    }

    /// The instructions of a function.
    pub fn body(&self, function: &Symbol) -> impl Iterator<Item = &Instruction> {
        self.instructions
            .iter()
            .filter(|instruction| function.holds(instruction))
    }
}

/// A part of what objdump prints.
#[derive(Clone, Copy)]
enum Part {
    Header,
    Sections,
    Symbols,
    /// The code of a section.
    Code(Option<usize>),
}

impl Section {
    /// `  0 .text  000004ac  00…  00…  00000040  2**2  CONTENTS, ALLOC, LOAD, READONLY, CODE`
    fn parse(line: &str) -> Option<Self> {
        let words: Vec<&str> = line
            .split([' ', ','])
            .filter(|word| !word.is_empty())
            .collect();
        let has = |flag| words.contains(&flag);
        let &[_, name, size, ..] = &words[..] else {
            return None;
        };
        Some(Self {
            name: name.to_owned(),
            size: hex(size)?,
            writable: has("ALLOC") && !has("READONLY"),
            executable: has("ALLOC") && has("CODE"),
        })
    }
}

impl Symbol {
    /// Whether this file has what the symbol names.
    #[must_use]
    pub const fn is_defined(&self) -> bool {
        matches!(
            self.place,
            Place::Section(_) | Place::Common | Place::Absolute
        )
    }

    /// Whether an instruction is part of the function that this names.
    #[must_use]
    pub fn holds(&self, instruction: &Instruction) -> bool {
        self.place == Place::Section(instruction.section)
            && instruction.address.wrapping_sub(self.address) < self.size
    }
}

impl Instruction {
    /// `  64:  bl  0 <vcpu_kick>  64: R_AARCH64_CALL26  vcpu_kick`, with tabs
    /// between the fields.
    fn parse(machine: Machine, section: usize, line: &str) -> Option<Self> {
        let (address, fields) = line.split_once(":\t")?;
        let (fields, relocation) = match fields.split_once(": R_") {
            Some((fields, relocation)) => {
                let (_, name) = relocation.split_once('\t')?;
                let name = name.split(['+', '-', '\t']).next()?.to_owned();
                (fields.rsplit_once('\t')?.0, Some(name))
            }
            None => (fields, None),
        };
        let (name, operands) = fields.split_once('\t').unwrap_or((fields, ""));
        // What follows is a comment; behind a branch of arm64, without a tab.
        let comment = match machine {
            Machine::Riscv64 => " # ",
            _ => " //",
        };
        let operands = operands.split('\t').next()?.split(comment).next()?.trim();
        let (op, conditional) = classify(machine, name, operands);
        let target = operands
            .rsplit([' ', ','])
            .find(|word| !word.starts_with('<'));
        let is_branch = matches!(op, Op::Jump | Op::Call);
        // RISC-V's assembler has the linker look at each branch within a function too.
        let within = |name: &str| op == Op::Jump && name.starts_with(".L");
        let relocation = relocation.filter(|name| !within(name));
        let target = match relocation {
            None if is_branch || operands.contains('<') => target.and_then(hex),
            _ => None,
        };
        if is_branch && target.is_none() && relocation.is_none() {
            return None;
        }
        Some(Self {
            section,
            address: hex(address.trim())?,
            // An encoding that means nothing is all comment.
            text: match name {
                "" => fields.trim().to_owned(),
                _ => format!("{name} {operands}").trim_end().to_owned(),
            },
            op,
            conditional,
            target,
            relocation,
        })
    }

    /// Whether the assembler marked it as a constant.
    fn is_data(&self) -> bool {
        [".word", ".short", ".byte"]
            .iter()
            .any(|name| self.text.starts_with(name))
    }
}

/// `4c`, or where no symbol is near `0x4c`.
fn hex(digits: &str) -> Option<u64> {
    u64::from_str_radix(digits.strip_prefix("0x").unwrap_or(digits), 16).ok()
}

#[cfg(test)]
mod tests;
