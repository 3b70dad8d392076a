// SPDX-License-Identifier: GPL-2.0-only

//! Has bindgen read Xen's headers, twice: for the structures as they are, and
//! for the functions with `ffi`'s names for the structures.
//!
//! `XEN_RS_CFLAGS` are the flags with which Xen compiles its C; they are taken
//! from Xen's own record of how it compiled `cbits/layout.c`. Without them the
//! stand-in headers of `ffi/host` serve.

use std::env;
use std::path::{Path, PathBuf};
use std::process;

use bindgen::Builder;

fn main() {
    println!("cargo::rerun-if-changed=headers.h");
    println!("cargo::rerun-if-env-changed=XEN_RS_CFLAGS");

    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let flags = flags();
    write(
        builder(&flags).allowlist_type("domain|vcpu"),
        &out.join("structures.rs"),
    );
    write(
        builder(&flags)
            .allowlist_function("ioreq_signal_mapcache_invalidate|vcpu_kick|get_s_time")
            .allowlist_function("mapcache_foreign_removal|rcu_lock_domain_by_id|rust_helper_.*")
            .allowlist_var("mapcache_defer_limit")
            .blocklist_type("domain|vcpu")
            .raw_line("use ffi::{domain, vcpu};"),
        &out.join("functions.rs"),
    );
}

/// The flags of Xen's C compiler, with clang's name for the target.
fn flags() -> Vec<String> {
    let Ok(flags) = env::var("XEN_RS_CFLAGS") else {
        return vec!["-I../host/include".into()];
    };
    let target = match env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
        Ok("aarch64") => "--target=aarch64-linux-gnu",
        Ok("arm") => "--target=arm-linux-gnueabihf",
        arch => fail(&format!("Xen on Arm has no architecture {arch:?}")),
    };
    let flags = shlex::split(&flags).unwrap_or_else(|| fail("XEN_RS_CFLAGS: unpaired quote"));
    [target.into()].into_iter().chain(flags).collect()
}

fn builder(flags: &[String]) -> Builder {
    bindgen::builder()
        // With a whole path, as the flags may name another folder to work in.
        .header(concat!(env!("CARGO_MANIFEST_DIR"), "/headers.h"))
        .clang_args(flags)
        .use_core()
        .generate_comments(false)
        .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()))
}

fn write(builder: Builder, to: &Path) {
    builder
        .generate()
        .unwrap_or_else(|e| fail(&format!("bindgen cannot read Xen's headers: {e}")))
        .write_to_file(to)
        .unwrap_or_else(|e| fail(&format!("{}: {e}", to.display())));
}

/// Ends the build with `why` where cargo shows it.
fn fail(why: &str) -> ! {
    for line in why.lines() {
        println!("cargo::error={line}");
    }
    process::exit(1)
}
