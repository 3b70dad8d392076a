// SPDX-License-Identifier: GPL-2.0-only

//! Generates the bindings from the headers of the Xen that is being built,
//! and the layout that its C compiler gives the same structures.
//!
//! Xen's Makefile says which compiler and flags by `XEN_RS_CC` and
//! `XEN_RS_CFLAGS`. Without them the stand-in headers in `host/` serve, for
//! tests on the build machine.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

const LAYOUT_C: &str = "../cbits/layout.c";

fn main() {
    for input in [LAYOUT_C, "../cbits/rust_helpers.h", "bindings.h"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let xen = Compiler::of_xen();

    bindings(&xen, &out.join("bindings.rs"));
    layout(&xen, &out.join("layout.s"), &out.join("layout.rs"));
}

/// The C compiler and flags that Xen, or its stand-in, is compiled with.
struct Compiler {
    cc: PathBuf,
    flags: Vec<String>,
    clang_target: Option<&'static str>,
}

impl Compiler {
    fn of_xen() -> Self {
        println!("cargo::rerun-if-env-changed=XEN_RS_CC");
        println!("cargo::rerun-if-env-changed=XEN_RS_CFLAGS");

        if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("none") {
            let host = env::current_dir()
                .expect("the package's folder")
                .join("host");
            return Self {
                cc: cc::Build::new()
                    .opt_level(0)
                    .get_compiler()
                    .path()
                    .to_owned(),
                flags: vec!["-I".into(), host.join("include").display().to_string()],
                clang_target: None,
            };
        }

        let (Some(cc), Ok(flags)) = (env::var_os("XEN_RS_CC"), env::var("XEN_RS_CFLAGS")) else {
            fail(
                "XEN_RS_CC and XEN_RS_CFLAGS are not set: for Xen this crate is built by \
                 `make -C xen` in a spliced tree, not by cargo alone",
            );
        };
        Self {
            cc: cc.into(),
            flags: shlex::split(&flags).unwrap_or_else(|| fail("XEN_RS_CFLAGS: unpaired quote")),
            clang_target: match env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
                Ok("aarch64") => Some("--target=aarch64-linux-gnu"),
                Ok("arm") => Some("--target=arm-linux-gnueabihf"),
                arch => fail(&format!("Xen on Arm has no architecture {arch:?}")),
            },
        }
    }
}

/// Xen's types and functions, as `xen.rs` needs them and no more.
fn bindings(xen: &Compiler, to: &Path) {
    bindgen::builder()
        .header("bindings.h")
        .clang_args(xen.clang_target)
        .clang_args(&xen.flags)
        .use_core()
        .allowlist_type("domain|vcpu|p2m_type_t")
        .allowlist_function("domain_has_ioreq_server|ioreq_signal_mapcache_invalidate")
        .allowlist_function("rust_helper_.*")
        .prepend_enum_name(false)
        .generate_comments(false)
        .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()))
        .generate()
        .unwrap_or_else(|e| fail(&format!("bindgen cannot read Xen's headers: {e}")))
        .write_to_file(to)
        .unwrap_or_else(|e| fail(&format!("{}: {e}", to.display())));
}

/// The layout that the C compiler gives what `layout.c` lists, as assertions
/// for `src/layout.rs`.
fn layout(xen: &Compiler, asm: &Path, to: &Path) {
    let run = Command::new(&xen.cc)
        .args(&xen.flags)
        .args(["-S", "-o"])
        .arg(asm)
        .arg(LAYOUT_C)
        .output()
        .unwrap_or_else(|e| fail(&format!("{}: {e}", xen.cc.display())));
    if !run.status.success() {
        fail(&String::from_utf8_lossy(&run.stderr));
    }

    let asm = fs::read_to_string(asm).unwrap_or_else(|e| fail(&format!("{}: {e}", asm.display())));
    let assertions: Vec<&str> = asm
        .split("==>")
        .skip(1)
        .filter_map(|marked| Some(marked.split_once("<==")?.0))
        .collect();
    if assertions.is_empty() {
        fail(&format!(
            "{LAYOUT_C}: no layout in what the compiler makes of it"
        ));
    }
    fs::write(to, assertions.join("\n"))
        .unwrap_or_else(|e| fail(&format!("{}: {e}", to.display())));
}

/// Ends the build with `why` where cargo shows it.
fn fail(why: &str) -> ! {
    for line in why.lines() {
        println!("cargo::error={line}");
    }
    process::exit(1)
}
