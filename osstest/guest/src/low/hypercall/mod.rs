// SPDX-License-Identifier: GPL-2.0-only

//! Hypercalls, typed: one file per hypercall.

pub mod console;
pub mod dm_op;
pub mod domctl;
pub mod event;
pub mod grant;
pub mod memory;
pub mod multicall;
pub mod sched;
pub mod sysctl;
pub mod version;

use super::arch;
use core::fmt;

/// A domain identifier.
pub type DomId = u16;

/// An error as Xen returns it, by number (public/errno.h).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Errno(pub i64);

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "errno {}", self.0)
    }
}

/// A hypercall with up to five arguments.
///
/// # Safety
///
/// As for [`arch::hypercall`].
unsafe fn call<const N: usize>(op: u32, args: [usize; N]) -> Result<usize, Errno> {
    let mut all = [0; 5];
    all[..N].copy_from_slice(&args);
    // SAFETY: the caller vouches for the operation.
    let result = unsafe { arch::hypercall(op, all) };
    usize::try_from(result).map_err(|_| Errno(result as i64))
}

/// A hypercall of the form `op(cmd, struct *)`.
///
/// # Safety
///
/// `T` must be the argument of `cmd`, and what else it points to must be valid
/// likewise; as for [`arch::hypercall`].
unsafe fn call_with<T>(op: u32, cmd: u32, arg: &mut T) -> Result<usize, Errno> {
    let arg = core::ptr::from_mut(arg).expose_provenance();
    // SAFETY: the caller vouches for the operation.
    unsafe { call(op, [cmd as usize, arg]) }
}
