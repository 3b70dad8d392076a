// SPDX-License-Identifier: GPL-2.0-only

use std::fs;

use super::*;
use crate::testing::{BOTH, assemble, assemble_with, link, listing};

#[test]
fn an_object() {
    for &machine in BOTH {
        let object = assemble(
            machine,
            ".file \"source.rs\"
             function global; bl undefined; dmb ish; .word 7; cbnz w3, undefined + 4; ret; end
             local: dmb ish
             .size local, . - local
             .weak weak; weak: bl global
             .data; .byte 1, 2
             .bss; .zero 3
             .comm common, 16, 4
             .set absolute, 5
             .section .note, \"wx\"; nop",
        );
        let listing = listing(machine, &object).unwrap();
        assert_eq!((listing.machine, listing.linked), (machine, false));

        let section = |name: &str| {
            let section = &listing.sections[listing.section(name).unwrap()];
            (section.writable, section.executable, section.size)
        };
        assert_eq!(section(".data"), (true, false, 2));
        assert_eq!(section(".bss"), (true, false, 3));
        // Neither flag says anything of what is not loaded.
        assert_eq!(section(".note"), (false, false, 4));
        let (writable, executable, size) = section(".text");
        assert_eq!((writable, executable), (false, true));

        let text = Place::Section(0);
        for (name, global, place, bytes) in [
            ("source.rs", false, Place::File, 0),
            (".text", false, Place::SectionName, 0),
            ("local", false, text, 4),
            ("global", true, text, size - 8),
            ("weak", true, text, 0),
            ("common", true, Place::Common, 16),
            ("absolute", false, Place::Absolute, 0),
            ("undefined", true, Place::Undefined, 0),
        ] {
            let symbol = listing.symbols.iter().find(|symbol| symbol.name == name);
            let symbol = symbol.unwrap();
            let found = (symbol.global, symbol.place, symbol.size);
            assert_eq!(found, (global, place, bytes), "{name}");
        }
        assert_eq!(listing.defined("local").unwrap().address, size - 8);
        assert_eq!(listing.defined("undefined"), None);
        assert_eq!(listing.defined("source.rs"), None);

        // What follows the constant is at its place, and the constant is not there.
        let all = || listing.instructions.iter();
        let at = |address| all().find(|one| one.address == address);
        assert_eq!((at(0).unwrap().op, at(0).unwrap().target), (Op::Call, None));
        assert_eq!(at(0).unwrap().relocation.as_deref(), Some("undefined"));
        assert_eq!(
            (at(4).unwrap().text.as_str(), &at(4).unwrap().relocation),
            ("dmb ish", &None)
        );
        assert!(at(8).is_none() && at(12).is_some());
        let is_to = |one: &Instruction, name| one.relocation.as_deref() == Some(name);
        assert_eq!(all().filter(|one| is_to(one, "undefined")).count(), 2);
        assert_eq!(all().filter(|one| is_to(one, "global")).count(), 1);
        assert!(all().all(|one| one.section == 0));
    }
}

#[test]
fn a_function_is_in_one_section() {
    for &machine in BOTH {
        let functions = [("a", "dmb ish"), ("b", "dmb sy")];
        let source = functions.map(|(name, body)| {
            format!(".section .text.{name}, \"ax\"; {name}: {body}; .size {name}, 4\n")
        });
        let listing = listing(machine, &assemble(machine, &source.concat())).unwrap();
        for (name, body) in functions {
            let seen = listing.body(listing.defined(name).unwrap());
            assert!(seen.map(|one| one.text.as_str()).eq([body]));
        }
    }
}

#[test]
fn an_executable_has_addresses() {
    for &machine in BOTH {
        let linked = link(
            machine,
            "function f; nop; 1: bl f; cbnz w3, 2f; b 1b; 2: ret; end",
        );
        let listing = listing(machine, &linked).unwrap();
        assert_eq!((listing.machine, listing.linked), (machine, true));
        assert_eq!(listing.defined("f").unwrap().address, 0x20_0000);
        let end = 0x20_0000 + listing.sections[0].size - 4;
        let targets = listing.instructions.iter().filter_map(|one| one.target);
        assert_eq!(targets.collect::<Vec<_>>(), [0x20_0000, end, 0x20_0004]);
    }
}

#[test]
fn zeroes_are_instructions_too() {
    for &machine in BOTH {
        let zeroes = assemble(machine, "nop; .rept 100; .inst 0; .endr; nop");
        assert_eq!(listing(machine, &zeroes).unwrap().instructions.len(), 102);
    }
}

fn why_not(machine: Machine, file: &Path) -> String {
    listing(machine, file).unwrap_err()
}

#[test]
fn thumb_is_refused() {
    let thumb = assemble(Machine::Arm32, "bx lr; .thumb; bx lr");
    let why = why_not(Machine::Arm32, &thumb);
    assert!(why.contains("Thumb code"), "{why}");
}

#[test]
fn sections_of_one_name_are_refused() {
    for &machine in BOTH {
        let twice =
            ".section .text.f, \"ax\"; nop; .section .text.f, \"ax\", %progbits, unique, 1; nop";
        let why = why_not(machine, &assemble(machine, twice));
        assert!(why.contains("two sections of code named .text.f"), "{why}");
    }
}

#[test]
fn other_machines_are_named() {
    for (machine, name) in [
        (Machine::Arm64, "elf64-bigaarch64"),
        (Machine::Arm32, "elf32-bigarm"),
    ] {
        let big_endian = assemble_with(&["-EB"], machine, "nop");
        let why = why_not(machine, &big_endian);
        assert!(
            why.contains(&format!("{name}, which is not supported")),
            "{why}"
        );
    }
    for &machine in BOTH {
        let x86 = patched(machine, E_MACHINE, 62);
        let why = why_not(machine, &x86);
        assert!(why.contains("-little, which is not supported"), "{why}");
    }
}

const E_TYPE: usize = 16;
const E_MACHINE: usize = 18;

/// An object with another byte at this place.
fn patched(machine: Machine, at: usize, byte: u8) -> tempfile::TempPath {
    let object = assemble(machine, "nop");
    let mut bytes = fs::read(&object).unwrap();
    bytes[at] = byte;
    fs::write(&object, bytes).unwrap();
    object
}

#[test]
fn other_files_are_refused() {
    for &machine in BOTH {
        let object = assemble(machine, "nop");
        let whole = fs::read(&object).unwrap();
        for bytes in [b"", &b"#!/bin/sh\nexit 0\n"[..], &whole[..whole.len() - 1]] {
            fs::write(&object, bytes).unwrap();
            let why = why_not(machine, &object);
            assert!(why.contains("objdump failed"), "{why}");
        }
        let core = patched(machine, E_TYPE, 4);
        let why = why_not(machine, &core);
        assert!(why.contains("objdump failed"), "{why}");
    }
    let no_objdump = Listing::read(Path::new("file"), Path::new("no-objdump"));
    assert!(no_objdump.unwrap_err().contains("cannot run no-objdump"));
}

#[test]
fn other_lines_are_refused() {
    for (text, line) in [
        ("Sections:\n  0 .text  x", "  0 .text  x"),
        (
            "SYMBOL TABLE:\n00 g     F .text\t04 f",
            "00 g     F .text\t04 f",
        ),
        ("Disassembly of section .text:\n   0:\tnop", "   0:\tnop"),
        (
            "Sections:\n  0 .text  4\nDisassembly of section .text:\n\t...",
            "\t...",
        ),
        (
            "Sections:\n  0 .text  4\nDisassembly of section .text:\n   0:\tb\tx",
            "   0:\tb\tx",
        ),
    ] {
        let why = Listing::parse(Machine::Arm64, text).unwrap_err();
        assert_eq!(why, format!("objdump prints what is not known: {line}"));
    }
}
