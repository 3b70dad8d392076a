// SPDX-License-Identifier: GPL-2.0-only

//! Generates the bindings to Xen's libraries and sets up the link.

use std::{env, path::PathBuf};

fn main() {
    println!("cargo::rerun-if-env-changed=XEN_SYSROOT");
    println!("cargo::rerun-if-env-changed=XEN_TRIPLET");
    println!("cargo::rerun-if-changed=src/low/xen.h");

    // On a host only the portable parts are compiled: nothing to generate.
    if env::var_os("CARGO_FEATURE_IMAGE").is_none() {
        return;
    }
    match (variable("XEN_SYSROOT"), variable("XEN_TRIPLET")) {
        (Ok(root), Ok(triplet)) => {
            link(&root, &triplet);
            generate(&root, &triplet);
        }
        (root, triplet) => {
            for why in [root, triplet].into_iter().filter_map(Result::err) {
                println!("cargo::error={why}");
            }
        }
    }
}

fn variable(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| {
        format!("{name} is not set: osstest/ts-linux-build sets it, for a root with libxen-dev")
    })
}

/// The start files and the C library of that root, whatever the cross compiler
/// has beside it.
fn link(root: &str, triplet: &str) {
    println!("cargo::rustc-link-arg-bins=--sysroot={root}");
    println!("cargo::rustc-link-arg-bins=-B{root}/usr/lib/{triplet}");
    println!("cargo::rustc-link-arg-bins=-L{root}/usr/lib/{triplet}");
    for program in ["emulator", "interfere"] {
        for library in [
            "xendevicemodel",
            "xenforeignmemory",
            "xenevtchn",
            "xenstore",
        ] {
            println!("cargo::rustc-link-arg-bin={program}=-l{library}");
        }
        // What those depend on is found when the program starts.
        println!("cargo::rustc-link-arg-bin={program}=-Wl,--allow-shlib-undefined");
    }
}

fn generate(root: &str, triplet: &str) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    bindgen::builder()
        .header("src/low/xen.h")
        .clang_args([
            format!("--target={triplet}"),
            format!("--sysroot={root}"),
            format!("-isystem{root}/usr/include/{triplet}"),
            format!("-isystem{root}/usr/include"),
        ])
        .allowlist_function(
            "xendevicemodel_(open|close|create_ioreq_server|destroy_ioreq_server\
             |map_io_range_to_ioreq_server|set_ioreq_server_state)\
             |xenforeignmemory_(open|close|map|unmap|map_resource|unmap_resource)\
             |xenevtchn_(open|close|fd|bind_interdomain|unbind|pending|unmask|notify)\
             |xs_(open|close|watch|check_watch|fileno|is_domain_introduced)\
             |free",
        )
        .allowlist_type("ioreq|xen_memory_reservation|xen_remove_from_physmap")
        .allowlist_var("STATE_IO.*|IOREQ_.*|__HYPERVISOR_memory_op|XENMEM_.*|HVM_IOREQSRV_.*|frame_ioreq|domid_self|ioresp_ready")
        .derive_default(true)
        .layout_tests(true)
        .generate_comments(false)
        .parse_callbacks(Box::new(bindgen::CargoCallbacks::new()))
        .generate()
        .expect("bindgen reads the headers of Xen's libraries")
        .write_to_file(out.join("xen.rs"))
        .expect("OUT_DIR is writable");
}
