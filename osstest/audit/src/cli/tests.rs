// SPDX-License-Identifier: GPL-2.0-only

use tempfile::TempPath;

use super::*;
use crate::instruction::Machine::{self, Arm32, Arm64, Riscv64};
use crate::testing::{GOOD_OBJECT, GOOD_XEN, UPSTREAM_XEN};
use crate::testing::{assemble, good_object_and, link, tool};

/// Whose the file of this name is, that the tests know, and how it is made.
fn file(name: &str) -> Option<(Machine, TempPath)> {
    let machine = match name {
        _ if name.contains("32") => Arm32,
        _ if name.contains("riscv") => Riscv64,
        _ => Arm64,
    };
    let made = match name.replace("32", "").replace("riscv", "").as_str() {
        "good.o" => assemble(machine, GOOD_OBJECT),
        "bad.o" => assemble(machine, &good_object_and(".data; .byte 0")),
        "memcpy.o" => assemble(machine, &good_object_and("bl memcpy")),
        "unwind.o" => assemble(
            machine,
            &good_object_and(".section .ARM.exidx, \"a\"; .zero 8"),
        ),
        "good-syms" => link(machine, GOOD_XEN),
        "upstream-syms" => link(machine, UPSTREAM_XEN),
        "tiny-syms" => link(machine, "ret"),
        _ => return None,
    };
    Some((machine, made))
}

/// Runs `audit` with `args`, separated by spaces, among those files: its status,
/// output and error output.
fn audit(args: &str) -> (u8, String, String) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = audit_to(args, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status, text(out), text(err))
}

fn audit_to(args: &str, out: &mut impl Write, err: &mut impl Write) -> u8 {
    let (mut machine, mut made, mut said) = (Arm64, Vec::new(), Vec::new());
    for arg in args.split_whitespace() {
        let Some((whose, file)) = file(arg) else {
            said.push(arg.into());
            continue;
        };
        machine = whose;
        said.push(file.as_os_str().to_owned());
        made.push(file);
    }
    let objdump = format!("--objdump={}", tool(machine, "objdump")).into();
    run([objdump].into_iter().chain(said), out, err)
}

/// The rules that the report says are broken.
fn broken(report: &str) -> Vec<&str> {
    let broken = report.lines().filter_map(|line| line.strip_prefix("FAIL "));
    broken.map(|line| line.split(' ').next().unwrap()).collect()
}

#[test]
fn what_is_as_it_should_be() {
    for (args, rules) in [
        ("object good.o", component::RULES.len()),
        ("object good32.o", component::RULES.len()),
        ("object goodriscv.o", component::RULES.len()),
        ("xen good-syms", hypervisor::RULES.len()),
        ("xen good32-syms", hypervisor::RULES.len()),
        (
            "xen --upstream upstream-syms",
            hypervisor::UPSTREAM_RULES.len(),
        ),
        (
            "xen --upstream upstream32-syms",
            hypervisor::UPSTREAM_RULES.len(),
        ),
    ] {
        let (status, out, err) = audit(args);
        assert_eq!((status, err.as_str()), (0, ""), "{args}: {out}");
        assert_eq!(
            out.lines().filter(|line| line.starts_with("ok ")).count(),
            rules
        );
        assert_eq!(out.lines().count(), rules, "{out}");
    }
}

#[test]
fn what_is_not() {
    for (args, rules) in [
        ("object bad.o", &["no-writable"][..]),
        ("object memcpy.o", &["undefined"]),
        ("object unwind32.o", &["no-unwind"]),
        ("object badriscv.o", &["no-writable"]),
        (
            "xen upstream-syms",
            &[
                "exports-linked",
                "leaf-freed",
                "preempted",
                "continued",
                "exit-work",
                "way-out",
                "completion",
                "servers-changed",
                "server-enabled",
                "no-c-request",
                "only-component-sends",
            ],
        ),
        (
            "xen good-syms --upstream",
            &[
                "exports-absent",
                "c-leaf-freed",
                "c-hypercall",
                "c-completion",
            ],
        ),
    ] {
        let (status, out, err) = audit(args);
        assert_eq!((status, err.as_str()), (1, ""), "{args}: {out}");
        assert_eq!(broken(&out), rules, "{args}: {out}");
    }
}

#[test]
fn what_cannot_be_audited() {
    for (args, why) in [
        ("object missing.o", "missing.o: "),
        ("--objdump none object good.o", "cannot run none"),
        ("object good-syms", ": linked already"),
        ("xen good.o", ": an object"),
        ("xen tinyriscv-syms", "RISC-V, of which only the object"),
    ] {
        let (status, out, err) = audit(args);
        assert_eq!((status, out.as_str()), (2, ""), "{args}");
        assert!(err.contains(why), "{args}: {err}");
        assert!(!err.contains("Usage"), "{args}: {err}");
    }
}

#[test]
fn usage() {
    for (args, why) in [
        ("", "wanted: `object` or `xen`, and a file"),
        ("object", "and a file"),
        ("object good.o good.o", "and a file"),
        ("other good.o", "cannot audit `other`"),
        ("object --upstream good.o", "--upstream"),
        ("object --other good.o", "--other"),
        ("object good.o --objdump", "--objdump"),
    ] {
        let (status, out, err) = audit(args);
        assert_eq!((status, out.as_str()), (2, ""), "{args}");
        assert!(err.contains(why) && err.contains("Usage"), "{args}: {err}");
    }
    let (status, out, err) = audit("--help");
    assert_eq!((status, out.as_str(), err.as_str()), (0, USAGE, ""));
}

#[test]
fn a_report_that_cannot_be_written_is_no_success() {
    let mut err = Vec::new();
    // A full disk: no byte can be written.
    let status = audit_to("object good.o", &mut &mut [0u8; 0][..], &mut err);
    assert_eq!(status, 2);
    assert!(String::from_utf8(err).unwrap().contains("cannot write"));
}
