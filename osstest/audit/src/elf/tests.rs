// SPDX-License-Identifier: GPL-2.0-only

use object::elf;

use super::*;
use crate::testing::arm64::{RET, bl};
use crate::testing::{ALLOC, Build, EXEC, WRITE};

fn why_not(data: &[u8]) -> String {
    Elf::parse(data).unwrap_err()
}

#[test]
fn an_object() {
    let elf = Build::object()
        .text(&[bl(0), RET])
        .section(".data", ALLOC | WRITE, &[1, 2])
        .zeroes(".bss", ALLOC | WRITE, 3)
        .section(".note", EXEC | WRITE, &[])
        .file("source.rs")
        .local("local", 4, 4)
        .function("global", 0, 8)
        .weak("weak", 0)
        .common("common")
        .calls(0, "undefined")
        .elf();

    assert_eq!((elf.machine, elf.kind), (Machine::Arm64, Kind::Object));
    let section = |name: &str| {
        elf.sections
            .iter()
            .find(|section| section.name == name)
            .unwrap()
    };
    let (text, data, bss) = (section(".text"), section(".data"), section(".bss"));
    assert_eq!((text.index, text.address, text.size), (1, 0, 8));
    assert_eq!((text.writable, text.executable), (false, true));
    assert_eq!(text.data, [bl(0).to_le_bytes(), RET.to_le_bytes()].concat());
    assert_eq!(text.relocations, [(0, "undefined".to_owned())].into());
    assert_eq!((data.writable, data.executable), (true, false));
    assert_eq!(data.data, [1, 2]);
    assert_eq!((bss.writable, bss.size, bss.data.len()), (true, 3, 0));
    // Neither flag says anything of what is not loaded.
    assert_eq!(
        (section(".note").writable, section(".note").executable),
        (false, false)
    );

    let symbols: Vec<_> = elf
        .symbols
        .iter()
        .map(|symbol| (symbol.name.as_str(), symbol.global, symbol.place))
        .collect();
    assert_eq!(
        symbols,
        [
            ("source.rs", false, Place::File),
            ("local", false, Place::Section(1)),
            ("global", true, Place::Section(1)),
            ("weak", true, Place::Section(1)),
            ("common", true, Place::Common),
            ("undefined", true, Place::Undefined),
        ]
    );
    let local = elf.defined("local").unwrap();
    assert_eq!((local.address, local.size), (4, 4));
    assert_eq!(elf.defined("undefined"), None);
    assert_eq!(elf.defined("source.rs"), None);
    assert_eq!(elf.symbols_in(text).count(), 3);
}

#[test]
fn an_executable() {
    let elf = Build::executable(0xa00_0020_0000)
        .text(&[RET])
        .function("f", 0, 4)
        .elf();
    assert_eq!(elf.kind, Kind::Executable);
    assert_eq!(elf.sections[0].address, 0xa00_0020_0000);
    assert_eq!(elf.defined("f").unwrap().address, 0xa00_0020_0000);
}

#[test]
fn other_machines_are_named() {
    let arm = Build::object().machine(elf::EM_ARM).bytes();
    assert!(
        why_not(&arm).contains("Arm, which is not supported"),
        "{}",
        why_not(&arm)
    );
    let x86 = Build::object().machine(elf::EM_X86_64).bytes();
    assert!(
        why_not(&x86).contains("X86_64, which is not supported"),
        "{}",
        why_not(&x86)
    );
    let big = Build::object().big_endian().bytes();
    assert!(
        why_not(&big).contains("big-endian Aarch64"),
        "{}",
        why_not(&big)
    );
}

#[test]
fn other_files_are_refused() {
    assert!(why_not(b"").contains("not an ELF file"));
    assert!(
        why_not(b"#!/bin/sh\nexit 0\n# and so on, for more than a header\n")
            .contains("not an ELF file")
    );
    let core = Build::object().file_type(elf::ET_CORE).bytes();
    assert!(
        why_not(&core).contains("neither object nor executable"),
        "{}",
        why_not(&core)
    );
    let whole = Build::object().text(&[RET; 100]).bytes();
    assert!(!why_not(&whole[..whole.len() - 1]).is_empty());
}
