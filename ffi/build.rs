// SPDX-License-Identifier: GPL-2.0-only

//! The offsets for builds without Xen's makefile: those of the stand-in headers
//! in `host/`, or those that Xen's makefile has generated for a Xen, for the oracle.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process;

const LAYOUT_C: &str = "../cbits/layout.c";

fn main() {
    println!("cargo::rerun-if-changed={LAYOUT_C}");
    println!("cargo::rerun-if-changed=host/include");
    println!("cargo::rerun-if-env-changed=XEN_RS_OFFSETS");

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let offsets = if let Ok(made) = env::var("XEN_RS_OFFSETS") {
        println!("cargo::rerun-if-changed={made}");
        fs::read_to_string(&made).unwrap_or_else(|e| fail(&format!("{made}: {e}")))
    } else if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("none") {
        fail(
            "XEN_RS_OFFSETS names no file: the component for Xen is built by `make -C xen` in a \
             spliced tree, not by cargo",
        )
    } else {
        of_the_stand_in(&out.join("layout.s"))
    };
    fs::write(out.join("offsets.rs"), offsets).unwrap_or_else(|e| fail(&format!("{e}")));
}

/// The offsets that the host's C compiler writes for `layout.c`.
fn of_the_stand_in(asm: &Path) -> String {
    let mut cc = cc::Build::new()
        .opt_level(1)
        .include("host/include")
        .get_compiler()
        .to_command();
    let run = cc
        .args(["-S", "-o"])
        .arg(asm)
        .arg(LAYOUT_C)
        .output()
        .unwrap_or_else(|e| fail(&format!("{cc:?}: {e}")));
    if !run.status.success() {
        fail(&String::from_utf8_lossy(&run.stderr));
    }
    let asm = fs::read_to_string(asm).unwrap_or_else(|e| fail(&format!("{}: {e}", asm.display())));
    let offsets: Vec<&str> = asm
        .split("==>")
        .skip(1)
        .filter_map(|marked| Some(marked.split_once("<==")?.0))
        .collect();
    offsets.join("\n")
}

/// Ends the build with `why` where cargo shows it.
fn fail(why: &str) -> ! {
    for line in why.lines() {
        println!("cargo::error={line}");
    }
    process::exit(1)
}
