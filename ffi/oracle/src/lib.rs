// SPDX-License-Identifier: GPL-2.0-only

//! Holds what `ffi` says of Xen against what bindgen reads in Xen's headers.
//!
//! There is nothing to run: this crate compiles if they agree, for the target
//! and the Xen that it is compiled for.

#![no_std]

mod structures;

mod functions;
