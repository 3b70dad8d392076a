// SPDX-License-Identifier: GPL-2.0-only

use object::elf;

use super::*;
use crate::elf::Machine;
use crate::testing::{ALLOC, Build, WRITE, good_object, good_xen, upstream_xen};

/// What a header with one export more has more.
const MORE: &str = "void xen_rs_more(void);\n";

/// Runs `audit` with `args`, separated by spaces, among the files that the
/// tests know: its status, output and error output.
fn audit(args: &str) -> (u8, String, String) {
    let read = |path: &Path| match path.to_str().unwrap() {
        "good.o" => Ok(good_object().bytes()),
        "bad.o" => Ok(good_object().section(".data", ALLOC | WRITE, &[0]).bytes()),
        "memcpy.o" => Ok(good_object().undefined("memcpy").bytes()),
        "good32.o" => Ok(good_object().on(Machine::Arm32).bytes()),
        "bad32.o" => {
            let exidx = good_object().section(".ARM.exidx", ALLOC, &[0; 8]);
            Ok(exidx.on(Machine::Arm32).bytes())
        }
        "good32-syms" => Ok(good_xen().on(Machine::Arm32).bytes()),
        "upstream32-syms" => Ok(upstream_xen().on(Machine::Arm32).bytes()),
        "good-syms" => Ok(good_xen().bytes()),
        "upstream-syms" => Ok(upstream_xen().bytes()),
        "x86.o" => Ok(Build::object().machine(elf::EM_X86_64).bytes()),
        "text" => Ok(b"text".to_vec()),
        "header.h" => Ok(format!("{}{MORE}", expect::HEADER).into()),
        "allow" => Ok(format!("{}memcpy  for a test\n", expect::ALLOWED).into()),
        "no-reason" => Ok(b"memcpy\n".to_vec()),
        _ => Err(io::ErrorKind::NotFound.into()),
    };
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let args = args.split_whitespace().map(OsString::from);
    let status = run(args, read, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status, text(out), text(err))
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
        ("object bad32.o", &["no-unwind"]),
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
fn other_expectations() {
    assert_eq!(
        broken(&audit("object --header header.h good.o").1),
        ["exports"]
    );
    assert_eq!(
        broken(&audit("xen --header=header.h good-syms").1),
        ["exports-linked"]
    );
    assert_eq!(audit("object --allow allow memcpy.o").0, 0);
}

#[test]
fn what_cannot_be_audited() {
    for (args, why) in [
        ("object missing.o", "missing.o: "),
        ("object text", "text: not an ELF file"),
        (
            "object x86.o",
            "x86.o: an ELF file for X86_64, which is not supported",
        ),
        ("object good-syms", "good-syms: linked already"),
        ("xen good.o", "good.o: an object"),
        ("object --allow missing good.o", "missing: "),
        (
            "object --allow no-reason good.o",
            "memcpy is allowed without a reason",
        ),
        ("object --header text good.o", "the header declares no"),
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
        ("xen --allow allow good-syms", "--allow"),
        ("object --other good.o", "--other"),
        ("object good.o --header", "--header"),
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
    let args = ["object", "good.o"].map(OsString::from);
    // A full disk: no byte can be written.
    let status = run(
        args,
        |_| Ok(good_object().bytes()),
        &mut &mut [0u8; 0][..],
        &mut err,
    );
    assert_eq!(status, 2);
    assert!(String::from_utf8(err).unwrap().contains("cannot write"));
}
