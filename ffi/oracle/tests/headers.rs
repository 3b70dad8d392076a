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
        // The copy has no osstest. To cargo, which has one target folder for all of
        // them, it has a version of its own: otherwise it could take what it made
        // of one copy for what is in another.
        let version = format!("version = \"0.1.0-{}\"", case.replace('_', "-"));
        let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("Cargo.toml");
        let manifest: Vec<&str> = manifest
            .lines()
            .map(|line| {
                if line.starts_with("members = ") {
                    r#"members = ["xen-rs", "ffi", "ffi/oracle"]"#
                } else if line.starts_with("version = ") {
                    &version
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
        "    domid_t mapcache_target;",
        "#ifndef __clang__\n    uint64_t moved;\n#endif\n    domid_t mapcache_target;",
    );
    assert_names(
        xen.oracle(),
        &["assert_inner_field!(vcpu, arch.mapcache_target"],
    );
}

#[test]
fn a_flag_that_only_the_c_compiler_moves_within_the_word() {
    let xen = Copy::new("swapped");
    xen.edit(
        "xen/sched.h",
        "            uint8_t mapcache_own;\n            bool mapcache_foreign;",
        &for_clang(
            "            bool mapcache_foreign;\n            uint8_t mapcache_own;",
            "            uint8_t mapcache_own;\n            bool mapcache_foreign;",
        ),
    );
    assert_names(
        xen.oracle(),
        &["assert_arch_union_field!(vcpu, mapcache_own, MAPCACHE_OWN)"],
    );
}

#[test]
fn a_word_with_room_for_more_than_the_flags() {
    let xen = Copy::new("widened");
    xen.edit("xen/sched.h", "uint32_t exit_work;", "uint64_t exit_work;");
    assert_names(xen.c(), &["exit_work"]);
}

#[test]
fn a_field_that_went_away() {
    let xen = Copy::new("gone");
    xen.edit(
        "xen/sched.h",
        "bool mapcache_foreign;",
        "bool mapcache_other;",
    );
    assert_names(xen.oracle(), &["mapcache_foreign"]);
    assert_names(xen.c(), &["mapcache_foreign"]);
}

/// Noticed by the C compiler; and by the oracle, where the C compiler sees none.
#[track_caller]
fn assert_retyped(case: &str, from: &str, to: &str, c: &[&str], oracle: &[&str]) {
    let xen = Copy::new(case);
    xen.edit("xen/sched.h", from, to);
    assert_names(xen.c(), c);

    let xen = Copy::new(&format!("{case}-for-clang"));
    xen.edit("xen/sched.h", from, &for_clang(to, from));
    xen.c().expect("the C compiler sees no change");
    assert_names(xen.oracle(), oracle);
}

#[test]
fn a_flag_of_another_type() {
    assert_retyped(
        "flag",
        "            bool mapcache_foreign;",
        "            uint8_t mapcache_foreign;",
        &["mapcache_foreign", "bool"],
        &["MAPCACHE_FOREIGN", "u8"],
    );
}

#[test]
fn an_id_of_another_type() {
    assert_retyped(
        "id",
        "    domid_t mapcache_target;",
        "    int16_t mapcache_target;",
        &["mapcache_target", "domid_t"],
        &["MAPCACHE_TARGET", "i16"],
    );
}

#[test]
fn a_time_of_another_type() {
    assert_retyped(
        "time",
        "    s_time_t mapcache_since;",
        "    uint64_t mapcache_since;",
        &["mapcache_since", "s_time_t"],
        &["MAPCACHE_SINCE", "u64"],
    );
}

#[test]
fn a_pointer_to_another_structure() {
    assert_retyped(
        "pointer",
        "    int              vcpu_id;\n    struct domain   *domain;",
        "    int              vcpu_id;\n    struct vcpu     *domain;",
        &["domain", "types_compatible"],
        &["DOMAIN", "ffi::vcpu"],
    );
}

/// A function or variable that is declared otherwise.
#[track_caller]
fn assert_redeclared(name: &str, header: &str, from: &str, to: &str) {
    let xen = Copy::new(name);
    xen.edit(header, from, to);
    assert_names(xen.oracle(), &[name]);
    assert_names(xen.c(), &[name]);
}

#[test]
fn a_function_of_another_signature() {
    for (name, header, from, to) in [
        (
            "ioreq_signal_mapcache_invalidate",
            "xen/ioreq.h",
            "bool ioreq_signal_mapcache_invalidate(void);",
            // Upstream's.
            "void ioreq_signal_mapcache_invalidate(void);",
        ),
        (
            "vcpu_kick",
            "asm/event.h",
            "void vcpu_kick(struct vcpu *v);",
            "void vcpu_kick(const struct vcpu *v);",
        ),
        (
            "get_s_time",
            "xen/time.h",
            "s_time_t get_s_time(void);",
            "uint64_t get_s_time(void);",
        ),
        (
            "rcu_lock_domain_by_id",
            "xen/sched.h",
            "struct domain *rcu_lock_domain_by_id(domid_t dom);",
            "struct domain *rcu_lock_domain_by_id(int dom);",
        ),
    ] {
        assert_redeclared(name, header, from, to);
    }
}

#[test]
fn a_helper_or_variable_of_another_type() {
    for (name, from, to) in [
        (
            "mapcache_foreign_removal",
            "mapcache_foreign_removal(struct domain *d)",
            "mapcache_foreign_removal(struct vcpu *v)",
        ),
        (
            "rust_helper_in_multicall",
            "rust_helper_in_multicall(const struct vcpu *v)",
            "rust_helper_in_multicall(const struct domain *d)",
        ),
        (
            "rust_helper_rcu_unlock_domain",
            "rust_helper_rcu_unlock_domain(struct domain *d)",
            "rust_helper_rcu_unlock_domain(struct vcpu *d)",
        ),
        (
            "rust_helper_vcpu_runnable",
            "bool rust_helper_vcpu_runnable",
            "int rust_helper_vcpu_runnable",
        ),
        (
            "mapcache_defer_limit",
            "s_time_t mapcache_defer_limit",
            "uint64_t mapcache_defer_limit",
        ),
    ] {
        let xen = Copy::new(name);
        xen.edit("../../../cbits/rust_helpers.h", from, to);
        assert_names(xen.oracle(), &[name]);
    }
}

#[test]
fn another_id_of_the_idle_domain() {
    let xen = Copy::new("idle");
    xen.edit(
        "xen/sched.h",
        "#define DOMID_IDLE 0x7fff",
        "#define DOMID_IDLE 0x7ffe",
    );
    assert_names(xen.c(), &["DOMID_IDLE"]);
}
