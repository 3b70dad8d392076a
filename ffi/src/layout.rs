// SPDX-License-Identifier: GPL-2.0-only

//! Rust's layout of what it reads, held against that of the C compiler which
//! compiles Xen. bindgen's own assertions hold it against libclang's.
//!
//! `cbits/layout.c` lists the structures and fields; from what the compiler
//! answers, `build.rs` makes one `assert_…!` line each.

use memoffset::offset_of;
use static_assertions::const_assert_eq;

use crate::bindings::{domain, vcpu};

const fn size_of_field<T, F>(_: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

macro_rules! assert_struct {
    ($struct:ident, $size:literal) => {
        const_assert_eq!(size_of::<$struct>(), $size);
    };
}

macro_rules! assert_field {
    ($struct:ident, $field:ident, $offset:literal, $size:literal) => {
        const_assert_eq!(offset_of!($struct, $field), $offset);
        const_assert_eq!(size_of_field(|s: &$struct| &s.$field), $size);
    };
}

include!(concat!(env!("OUT_DIR"), "/layout.rs"));
