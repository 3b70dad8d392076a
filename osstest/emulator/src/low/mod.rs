// SPDX-License-Identifier: GPL-2.0-only

//! All `unsafe` code of this crate: calls of Xen's libraries, and memory that others
//! write to as well. What is exported is safe.

pub mod devicemodel;
pub mod evtchn;
pub mod foreignmemory;
pub mod guest;
pub mod ioreq;
pub mod privcmd;
pub mod xenstore;

#[allow(
    dead_code,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::restriction,
    reason = "generated"
)]
mod sys {
    include!(concat!(env!("OUT_DIR"), "/xen.rs"));
}

/// The result of a function of Xen's libraries.
fn check(status: i32) -> std::io::Result<i32> {
    if status < 0 {
        Err(std::io::Error::last_os_error())
    } else {
        Ok(status)
    }
}
