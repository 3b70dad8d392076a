// SPDX-License-Identifier: GPL-2.0-only

//! Generates the bindings to Xen's public headers and sets up the link.

use std::{
    env,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-env-changed=XEN_PUBLIC_INCLUDE");
    // What ts-guest-build knows to be other contents, whatever cargo makes of
    // the times of the files.
    println!("cargo::rerun-if-env-changed=GUEST_INPUT_STAMP");
    println!("cargo::rerun-if-changed=src/low/abi.h");
    println!("cargo::rerun-if-changed=link.ld");

    // On a host only the portable parts are compiled: nothing to generate.
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("none") {
        return;
    }

    match public_headers() {
        Ok(include) => generate(&include),
        Err(why) => {
            println!("cargo::error={why}");
            return;
        }
    }

    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("link.ld");
    for arg in [
        &format!("-T{}", script.display()),
        "-pie",
        "--no-dynamic-linker",
        "--build-id=none",
        "--gc-sections",
    ] {
        println!("cargo::rustc-link-arg-bins={arg}");
    }
}

fn public_headers() -> Result<PathBuf, String> {
    let dir = env::var_os("XEN_PUBLIC_INCLUDE").ok_or(
        "XEN_PUBLIC_INCLUDE is not set: it must name the xen/include/public \
         directory of the Xen that the guests will run on",
    )?;
    let dir = PathBuf::from(dir);
    let probe = dir.join("hvm").join("dm_op.h");
    if !probe.is_file() {
        return Err(format!(
            "XEN_PUBLIC_INCLUDE={} is not Xen's xen/include/public: {} is missing",
            dir.display(),
            probe.display()
        ));
    }
    Ok(dir)
}

fn clang_target() -> &'static str {
    match env::var("CARGO_CFG_TARGET_ARCH").as_deref() {
        Ok("arm") => "--target=arm-linux-gnueabihf",
        _ => "--target=aarch64-linux-gnu",
    }
}

fn generate(include: &Path) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    bindgen::builder()
        .header("src/low/abi.h")
        .clang_args([clang_target(), "-nostdinc", "-ffreestanding"])
        .clang_arg(format!("-I{}", include.display()))
        .use_core()
        .allowlist_type(
            "shared_info|ioreq|multicall_entry|sched_poll|sched_shutdown|xen_domctl|xen_sysctl|xen_dm_op(_buf)?\
             |evtchn_(alloc_unbound|bind_interdomain|bind_ipi|close|send)\
             |gnttab_(un)?map_grant_ref|grant_entry_v1\
             |xen_(memory_reservation|add_to_physmap|add_to_physmap_batch|remove_from_physmap|mem_acquire_resource)",
        )
        .allowlist_var(
            "XEN_HYPERCALL_TAG|__HYPERVISOR_.*|XENMEM_.*|XENMAPSPACE_.*|XENVER_version\
             |EVTCHNOP_.*|SCHEDOP_.*|SHUTDOWN_.*|CONSOLEIO_write|GNTTABOP_.*|GNTMAP_.*\
             |XEN_DOMCTL_.*|XEN_SYSCTL_.*|XEN_DMOP_.*|STATE_IO.*|IOREQ_.*|bufioreq_.*|guest_.*|domid_self|domain_.*|gtf_.*|ioresp_.*|mapspace_.*|resource_.*",
        )
        .derive_default(true)
        .layout_tests(true)
        .prepend_enum_name(false)
        .generate_comments(false)
        .parse_callbacks(Box::new(
            bindgen::CargoCallbacks::new().rerun_on_header_files(true),
        ))
        .generate()
        .expect("bindgen reads Xen's public headers")
        .write_to_file(out.join("abi.rs"))
        .expect("OUT_DIR is writable");
}
