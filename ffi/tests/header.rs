// SPDX-License-Identifier: GPL-2.0-only

//! `include/xen_rs.h` is what cbindgen generates from `xen-rs/src/hooks.rs`.
//!
//! After a change of a hook: `XEN_RS_BLESS=1 cargo test -p ffi --test header`,
//! and commit the header.

use std::env;
use std::fs;
use std::path::Path;

fn generate(hooks: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml")).expect("cbindgen.toml");
    let mut header = Vec::new();
    cbindgen::Builder::new()
        .with_config(config)
        .with_src(hooks)
        .generate()
        .expect("hooks.rs is what cbindgen can read")
        .write(&mut header);
    String::from_utf8(header).expect("cbindgen writes UTF-8")
}

#[test]
fn is_generated_from_the_hooks() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let header = root.join("include/xen_rs.h");
    let generated = generate(&root.join("../xen-rs/src/hooks.rs"));

    if env::var_os("XEN_RS_BLESS").is_some() {
        fs::write(&header, &generated).expect("write the header");
    }
    let committed = fs::read_to_string(&header).expect("the committed header");
    assert!(
        committed == generated,
        "{} is not what hooks.rs generates; run\n    \
         XEN_RS_BLESS=1 cargo test -p ffi --test header\n\
         and commit the result. Wanted:\n{generated}",
        header.display()
    );
}
