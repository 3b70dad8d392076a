// SPDX-License-Identifier: GPL-2.0-only

use object::elf;

use super::*;
use crate::testing::Asm::{Call, Ret};
use crate::testing::{ALLOC, Build, EXEC, MACHINES, WRITE};

fn why_not(data: &[u8]) -> String {
    Elf::parse(data).unwrap_err()
}

#[test]
fn an_object() {
    for machine in MACHINES {
        an_object_for(machine);
    }
}

fn an_object_for(machine: Machine) {
    let text = [Call(0), Ret];
    let elf = Build::object()
        .on(machine)
        .text(&text)
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

    assert_eq!((elf.machine, elf.kind), (machine, Kind::Object));
    let section = |name: &str| {
        elf.sections
            .iter()
            .find(|section| section.name == name)
            .unwrap()
    };
    let code: Vec<u8> = text
        .iter()
        .flat_map(|asm| asm.encode(machine).to_le_bytes())
        .collect();
    let (text, data, bss) = (section(".text"), section(".data"), section(".bss"));
    assert_eq!((text.index, text.address, text.size), (1, 0, 8));
    assert_eq!((text.writable, text.executable), (false, true));
    assert_eq!(text.data, code);
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
    for (machine, base) in [
        (Machine::Arm64, 0xa00_0020_0000),
        (Machine::Arm32, 0x20_0000),
    ] {
        let build = Build::executable(base).on(machine);
        let elf = build.text(&[Ret]).function("f", 0, 4).elf();
        assert_eq!((elf.machine, elf.kind), (machine, Kind::Executable));
        assert_eq!(elf.sections[0].address, base);
        assert_eq!(elf.defined("f").unwrap().address, base);
    }
}

#[test]
fn what_a_mapping_symbol_says() {
    let names = ["$d", "$d.7", "$a", "$x.0", "$data", "d", "$", "$D"];
    let text = Build::object().text(&[Ret]);
    let elf = names
        .iter()
        .fold(text, |build, name| build.mark(name, 0))
        .elf();
    let said: Vec<_> = elf.symbols.iter().map(Symbol::mark).collect();
    let (data, code) = (Some(Mark::Data), Some(Mark::Code));
    assert_eq!(said, [data, data, code, code, None, None, None, None]);
}

#[test]
fn thumb_is_refused() {
    for name in ["$t", "$t.3"] {
        let thumb = Build::object().on(Machine::Arm32).text(&[Ret]);
        let thumb = thumb.mark("$a", 0).mark(name, 4).bytes();
        assert!(
            why_not(&thumb).contains("Thumb code"),
            "{}",
            why_not(&thumb)
        );
    }
}

#[test]
fn other_machines_are_named() {
    for (machine, name) in [(elf::EM_386, "I386"), (elf::EM_X86_64, "X86_64")] {
        let why = why_not(&Build::object().machine(machine).bytes());
        let wanted = format!("{name}, which is not supported; Aarch64 and Arm are");
        assert!(why.contains(&wanted), "{why}");
    }
    for (machine, name) in [(Machine::Arm64, "Aarch64"), (Machine::Arm32, "Arm")] {
        let why = why_not(&Build::object().on(machine).big_endian().bytes());
        assert!(why.contains(&format!("big-endian {name}")), "{why}");
    }
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
    let whole = Build::object().text(&[Ret; 100]).bytes();
    assert!(!why_not(&whole[..whole.len() - 1]).is_empty());
}
