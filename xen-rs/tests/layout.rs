// SPDX-License-Identifier: GPL-2.0-only

//! A header of Xen that changed under the component is a build error that
//! names what changed: each case edits a copy of the stand-in headers and
//! builds against it.

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
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let copy = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .join("layout")
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
                    r#"members = ["xen-rs", "ffi"]"#
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

    /// What the Rust half says.
    fn rust(&self) -> Result<(), String> {
        // That of this test, where what ffi is generated with is compiled already.
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
        outcome(
            Command::new(env!("CARGO"))
                .args(["check", "--offline", "--package", "xen-rs", "--lib"])
                .current_dir(&self.0)
                .arg("--target-dir")
                .arg(target),
        )
    }

    /// What the C half says.
    fn c(&self) -> Result<(), String> {
        outcome(
            Command::new("cc")
                .args(["-std=gnu11", "-fsyntax-only"])
                .args(["-I", "ffi/host/include", "-I", "ffi/include"])
                .arg("cbits/assertions.c")
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
    xen.rust().expect("the Rust half");
    xen.c().expect("the C half");
}

#[test]
fn a_field_that_only_the_c_compiler_moves() {
    let xen = Copy::new("moved");
    xen.edit(
        "xen/sched.h",
        "    bool             mapcache_invalidate;",
        "#ifndef __clang__\n    uint64_t moved;\n#endif\n    bool mapcache_invalidate;",
    );
    assert_names(xen.rust(), &["assert_field!(vcpu, mapcache_invalidate"]);
}

#[test]
fn a_field_that_went_away() {
    let xen = Copy::new("gone");
    xen.edit("xen/sched.h", "mapcache_invalidate;", "mapcache_told;");
    assert_names(xen.rust(), &["mapcache_invalidate"]);
    assert_names(xen.c(), &["mapcache_invalidate"]);
}

#[test]
fn a_flag_of_another_type() {
    let xen = Copy::new("retyped");
    xen.edit(
        "xen/sched.h",
        "bool             mapcache_invalidate;",
        "uint8_t          mapcache_invalidate;",
    );
    assert_names(xen.rust(), &["v.mapcache_invalidate", "expected `&bool`"]);
    assert_names(xen.c(), &["mapcache_invalidate", "bool"]);
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
    assert_names(xen.rust(), &["P2mType::RAM_RW.0, ffi::p2m_ram_rw"]);
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
