// SPDX-License-Identifier: GPL-2.0-only

//! What the tests share: files that the cross assembler makes, and what a rule
//! says of them.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use tempfile::{NamedTempFile, TempPath};

use crate::expect;
use crate::instruction::Machine;
use crate::listing::Listing;
use crate::outcome::{Finding, Rule};
use crate::rules::component::Component;
use crate::rules::hypervisor::Hypervisor;

pub(crate) const ARM64: &[Machine] = &[Machine::Arm64];
pub(crate) const ARM32: &[Machine] = &[Machine::Arm32];
pub(crate) const BOTH: &[Machine] = &[Machine::Arm64, Machine::Arm32];
pub(crate) const EACH: &[Machine] = &[Machine::Arm64, Machine::Arm32, Machine::Riscv64];
pub(crate) const RISCV64: &[Machine] = &[Machine::Riscv64];

/// An object that every rule accepts.
pub(crate) const GOOD_OBJECT: &str = include_str!("../asm/good-object.s");
/// A hypervisor with the component, and one without, that every rule accepts.
pub(crate) const GOOD_XEN: &str = include_str!("../asm/good-xen.s");
pub(crate) const UPSTREAM_XEN: &str = include_str!("../asm/upstream-xen.s");

/// The source of a good object, and more.
pub(crate) fn good_object_and(more: &str) -> String {
    format!("{GOOD_OBJECT}\n{more}\n")
}

/// What rules look at, made of a source and what the project expects.
pub(crate) trait Subject {
    fn new(machine: Machine, source: &str) -> Self;
}

impl Subject for Component {
    fn new(machine: Machine, source: &str) -> Self {
        Self {
            listing: listing(machine, &assemble(machine, source)).unwrap(),
            exports: expect::exports(expect::HEADER).unwrap(),
            allowed: expect::allowed(expect::ALLOWED).unwrap(),
        }
    }
}

impl Subject for Hypervisor {
    fn new(machine: Machine, source: &str) -> Self {
        Self {
            listing: listing(machine, &link(machine, source)).unwrap(),
            exports: expect::exports(expect::HEADER).unwrap(),
        }
    }
}

/// The rule accepts what becomes of the source on each of the machines.
#[track_caller]
pub(crate) fn assert_accepted<S: Subject>(machines: &[Machine], rule: &Rule<S>, source: &str) {
    for &machine in machines {
        if let Err(Finding { found, wanted }) = (rule.check)(&S::new(machine, source)) {
            let name = rule.name;
            panic!("{name} on {machine:?}: found {found}, wanted {wanted}, in {source}");
        }
    }
}

/// The rule rejects it on each, and for the reason meant: `found` is part of what
/// was found.
#[track_caller]
pub(crate) fn assert_rejected<S: Subject>(
    machines: &[Machine],
    rule: &Rule<S>,
    source: &str,
    found: &str,
) {
    for &machine in machines {
        match (rule.check)(&S::new(machine, source)) {
            Ok(detail) => panic!(
                "{} on {machine:?} accepted {detail}, in {source}",
                rule.name
            ),
            Err(finding) => assert!(
                finding.found.contains(found),
                "{machine:?}: {finding:?}, in {source}"
            ),
        }
    }
}

/// A cross tool, by its name in binutils.
pub(crate) fn tool(machine: Machine, name: &str) -> String {
    match machine {
        Machine::Arm64 => format!("aarch64-linux-gnu-{name}"),
        Machine::Arm32 => format!("arm-linux-gnueabihf-{name}"),
        Machine::Riscv64 => format!("riscv64-linux-gnu-{name}"),
    }
}

pub(crate) fn listing(machine: Machine, file: &Path) -> Result<Listing, String> {
    Listing::read(file, tool(machine, "objdump").as_ref())
}

/// An object of a source, which may use what is in `asm`.
#[track_caller]
pub(crate) fn assemble(machine: Machine, source: &str) -> TempPath {
    assemble_with(&[], machine, source)
}

#[track_caller]
pub(crate) fn assemble_with(options: &[&str], machine: Machine, source: &str) -> TempPath {
    let asm = Path::new(env!("CARGO_MANIFEST_DIR")).join("asm");
    let own = match machine {
        Machine::Arm64 => "arm64.s",
        Machine::Arm32 => "arm32.s",
        Machine::Riscv64 => "riscv64.s",
    };
    let mut command = Command::new(tool(machine, "as"));
    command.arg("--no-warn").args(options);
    command.args([&asm.join(own), &asm.join("macros.s"), Path::new("-")]);
    output(&mut command, source)
}

/// The same, linked.
#[track_caller]
pub(crate) fn link(machine: Machine, source: &str) -> TempPath {
    let object = assemble(machine, source);
    let mut command = Command::new(tool(machine, "ld"));
    command.args(["--entry=0", "-Ttext=0x200000"]).arg(&object);
    output(&mut command, "")
}

/// What a command makes of its input.
#[track_caller]
fn output(command: &mut Command, input: &str) -> TempPath {
    let file = NamedTempFile::new().unwrap().into_temp_path();
    command.arg("-o").arg(&file);
    let spawned = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let mut child = spawned.unwrap_or_else(|why| {
        panic!(
            "{why}: {command:?}; what Debian has in binutils-aarch64-linux-gnu, \
             binutils-arm-linux-gnueabihf and binutils-riscv64-linux-gnu must be in PATH"
        )
    });
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let done = child.wait_with_output().unwrap();
    let why = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{command:?}: {why}, in {input}");
    file
}
