// SPDX-License-Identifier: GPL-2.0-only

//! A symbol, and what a mapping symbol says.

use object::SymbolKind;
use object::read::{ObjectSymbol, SymbolSection};

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
    /// In the section of this number.
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

/// What a mapping symbol says is to be found from there on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// No instructions: constants between functions.
    Data,
    /// Instructions of the machine.
    Code,
    /// Instructions of Thumb, the other set that `AArch32` has.
    Thumb,
}

impl Symbol {
    pub(super) fn read(symbol: &object::read::Symbol<'_, '_>) -> object::Result<Self> {
        let place = match (symbol.kind(), symbol.section()) {
            (SymbolKind::File, _) => Place::File,
            (SymbolKind::Section, _) => Place::SectionName,
            (_, SymbolSection::Section(index)) => Place::Section(index.0),
            (_, SymbolSection::Common) => Place::Common,
            (_, SymbolSection::Absolute) => Place::Absolute,
            _ => Place::Undefined,
        };
        Ok(Self {
            name: symbol_name(symbol)?,
            global: symbol.is_global(),
            place,
            address: symbol.address(),
            size: symbol.size(),
        })
    }

    /// What it marks, if it is a mapping symbol: `$d` and its like, with or
    /// without a suffix.
    #[must_use]
    pub fn mark(&self) -> Option<Mark> {
        match self.name.strip_prefix('$')?.split('.').next()? {
            "d" => Some(Mark::Data),
            "a" | "x" => Some(Mark::Code),
            "t" => Some(Mark::Thumb),
            _ => None,
        }
    }

    /// Whether this file has what the symbol names.
    #[must_use]
    pub const fn is_defined(&self) -> bool {
        matches!(
            self.place,
            Place::Section(_) | Place::Common | Place::Absolute
        )
    }
}

pub(super) fn symbol_name(symbol: &object::read::Symbol<'_, '_>) -> object::Result<String> {
    Ok(String::from_utf8_lossy(symbol.name_bytes()?).into_owned())
}
