// SPDX-License-Identifier: GPL-2.0-only

//! The exports, called by C through the generated header: builds `abi.c` and
//! the stand-in for Xen with the host's C compiler, links the static library
//! to them as Xen does, and runs the result.

use std::path::{Path, PathBuf};
use std::process::Command;

fn run(command: &mut Command) -> String {
    let output = command.output().expect("the command can be started");
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{stdout}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    stdout
}

/// `libxen_rs.a` for the host, with the profile that Xen gets.
fn static_library(tmp: &Path) -> PathBuf {
    let target = tmp.join("staticlib");
    run(Command::new(env!("CARGO"))
        .args(["rustc", "--locked", "--release", "--lib"])
        .args(["--crate-type", "staticlib", "--manifest-path"])
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target));
    target.join("release/libxen_rs.a")
}

#[test]
fn c_gets_what_the_header_says() {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let program = tmp.join("abi");
    let host = format!("{}-unknown-linux-gnu", std::env::consts::ARCH);

    let cc = cc::Build::new()
        .cargo_metadata(false)
        .target(&host)
        .host(&host)
        .opt_level(2)
        .include(root.join("../ffi/host/include"))
        .include(root.join("../ffi/include"))
        .get_compiler();
    run(cc
        .to_command()
        .args([
            "-std=gnu11",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pthread",
            "-o",
        ])
        .arg(&program)
        .arg(root.join("tests/abi.c"))
        .arg(root.join("../ffi/host/xen.c"))
        .arg(root.join("../cbits/current.c"))
        .arg(root.join("../cbits/assertions.c"))
        .arg(static_library(tmp)));

    let cases = run(&mut Command::new(program));
    assert!(cases.lines().count() > 60, "too few cases ran:\n{cases}");
}
