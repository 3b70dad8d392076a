// SPDX-License-Identifier: GPL-2.0-only

//! A header of Xen that changed under the component is an error that names what
//! changed: each case edits a copy of the stand-in headers, and has the C
//! compiler or the oracle look at it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of what is built, to be edited.
struct Copy(PathBuf);

fn copy_tree(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder for the copy");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry of the folder");
        let to = to.join(entry.file_name());
        if entry.file_type().expect("its type").is_dir() {
            copy_tree(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).expect("copy a file");
        }
    }
}

impl Copy {
    fn new(case: &str) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("headers")
            .join(case);
        if copy.exists() {
            fs::remove_dir_all(&copy).expect("remove the last run's copy");
        }
        for part in ["xen-rs", "ffi", "cbits"] {
            copy_tree(&root.join(part), &copy.join(part));
        }
        fs::copy(root.join("Cargo.lock"), copy.join("Cargo.lock")).expect("copy Cargo.lock");
        // The copy has no osstest.
        let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml");
        let manifest: Vec<&str> = manifest
            .lines()
            .map(|line| {
                if line.starts_with("members = ") {
                    r#"members = ["xen-rs", "ffi", "ffi/oracle"]"#
                } else {
                    line
                }
            })
            .collect();
        fs::write(copy.join("Cargo.toml"), manifest.join("\n")).expect("write Cargo.toml");
        Self(copy)
    }

    fn edit(&self, header: &str, from: &str, to: &str) {
        let path = self.0.join("ffi/host/include").join(header);
        let text = fs::read_to_string(&path).expect("a stand-in header");
        assert_eq!(text.matches(from).count(), 1, "{from} in {header}");
        fs::write(&path, text.replace(from, to)).expect("write the header");
    }

    /// What the oracle says.
    fn oracle(&self) -> Result<(), String> {
        // That of this test, where bindgen is compiled already.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
        outcome(
            Command::new(env!("CARGO"))
                .args(["check", "--offline", "--package", "oracle", "--lib"])
                .current_dir(&self.0)
                .arg("--target-dir")
                .arg(target),
        )
    }

    /// What the C compiler says.
    fn c(&self) -> Result<(), String> {
        outcome(
            Command::new("cc")
                .args(["-std=gnu11", "-fsyntax-only"])
                .args(["-I", "ffi/host/include", "-I", "ffi/include"])
                .args(["cbits/assertions.c", "cbits/layout.c"])
                .current_dir(&self.0),
        )
    }
}

fn outcome(command: &mut Command) -> Result<(), String> {
    let output = command.output().expect("the command can be started");
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// What clang alone, and so the oracle alone, sees as `this`.
fn for_clang(this: &str, other: &str) -> String {
    format!("\n#ifdef __clang__\n{this}\n#else\n{other}\n#endif\n")
}

#[track_caller]
fn assert_names(result: Result<(), String>, names: &[&str]) {
    let message = result.expect_err("the change was not noticed");
    for name in names {
        assert!(message.contains(name), "{name} is not named in:\n{message}");
    }
}

#[test]
fn unchanged_headers_are_accepted() {
    let xen = Copy::new("unchanged");
    xen.oracle().expect("the oracle");
    xen.c().expect("the C compiler");
}

#[test]
fn a_field_that_only_the_c_compiler_moves() {
    let xen = Copy::new("moved");
    xen.edit(
        "xen/sched.h",
        "    bool             mapcache_invalidate;",
        "#ifndef __clang__\n    uint64_t moved;\n#endif\n    bool mapcache_invalidate;",
    );
    assert_names(xen.oracle(), &["assert_field!(vcpu, mapcache_invalidate"]);
}

#[test]
fn a_field_that_went_away() {
    let xen = Copy::new("gone");
    xen.edit("xen/sched.h", "mapcache_invalidate;", "mapcache_told;");
    assert_names(xen.oracle(), &["mapcache_invalidate"]);
    assert_names(xen.c(), &["mapcache_invalidate"]);
}

#[test]
fn a_flag_of_another_type() {
    const FLAG: &str = "bool             mapcache_invalidate;";
    const RETYPED: &str = "uint8_t          mapcache_invalidate;";

    let xen = Copy::new("retyped");
    xen.edit("xen/sched.h", FLAG, RETYPED);
    assert_names(xen.c(), &["mapcache_invalidate", "bool"]);

    let xen = Copy::new("retyped-for-clang");
    xen.edit("xen/sched.h", FLAG, &for_clang(RETYPED, FLAG));
    xen.c().expect("the C compiler sees no change");
    assert_names(xen.oracle(), &["MAPCACHE_INVALIDATE", "u8"]);
}

#[test]
fn a_pointer_to_another_structure() {
    const POINTER: &str = "struct domain   *domain;";
    const REPOINTED: &str = "struct vcpu     *domain;";

    let xen = Copy::new("repointed");
    xen.edit("xen/sched.h", POINTER, REPOINTED);
    assert_names(xen.c(), &["domain", "types_compatible"]);

    let xen = Copy::new("repointed-for-clang");
    xen.edit("xen/sched.h", POINTER, &for_clang(REPOINTED, POINTER));
    xen.c().expect("the C compiler sees no change");
    assert_names(xen.oracle(), &["DOMAIN", "ffi::vcpu"]);
}

#[test]
fn a_function_of_another_signature() {
    let xen = Copy::new("resigned");
    xen.edit(
        "xen/ioreq.h",
        "void ioreq_signal_mapcache_invalidate(void);",
        "void ioreq_signal_mapcache_invalidate(struct domain *d);",
    );
    assert_names(xen.oracle(), &["ioreq_signal_mapcache_invalidate"]);
    assert_names(xen.c(), &["ioreq_signal_mapcache_invalidate"]);
}

#[test]
fn an_enum_of_another_size() {
    let xen = Copy::new("resized");
    xen.edit(
        "asm/p2m.h",
        "typedef enum {",
        "typedef enum __attribute__((__packed__)) {",
    );
    assert_names(xen.c(), &["sizeof(p2m_type_t) != sizeof(unsigned int)"]);
}

#[test]
fn a_type_of_another_value() {
    let xen = Copy::new("renumbered");
    xen.edit(
        "asm/p2m.h",
        "    p2m_ram_rw,\n    p2m_ram_ro,",
        "    p2m_ram_ro,\n    p2m_ram_rw,",
    );
    assert_names(xen.c(), &["p2m_ram_rw != XEN_RS_P2M_RAM_RW"]);
}

#[test]
fn a_type_more_that_is_ram() {
    let xen = Copy::new("more-ram");
    xen.edit(
        "asm/p2m.h",
        "p2m_to_mask(p2m_ram_ro))",
        "p2m_to_mask(p2m_ram_ro) | p2m_to_mask(p2m_grant_map_rw))",
    );
    assert_names(xen.c(), &["P2M_RAM_TYPES"]);
}
