// SPDX-License-Identifier: GPL-2.0-only

//! An empty `compiler_builtins`.
//!
//! rustc wants a crate of this name beside `core`. Its functions are those that
//! a compiler may call unasked, such as `memcpy()`; Xen has its own.

#![no_std]
#![allow(internal_features, reason = "only so rustc takes it for that crate")]
#![feature(compiler_builtins)]
#![compiler_builtins]
