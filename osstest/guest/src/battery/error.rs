// SPDX-License-Identifier: GPL-2.0-only

//! Why a test could not count what it wanted to.

use crate::low::hypercall::Errno;
use core::fmt;

/// What went wrong.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Error {
    /// A hypercall failed.
    Hypercall(Errno),
    /// A hypercall did less, or more, than it had to.
    Partial {
        /// Extents done.
        done: usize,
        /// Extents that had to be.
        of: usize,
    },
    /// A hypercall succeeded that had to fail.
    Succeeded,
    /// The dom0 could not do what it was asked.
    Dom0(i64),
    /// Something did not happen in time.
    Timeout(&'static str),
    /// A vCPU did not start, or did not come back from an earlier test.
    Vcpu(usize),
    /// A vCPU went on before its invalidation was completed.
    WentOn(usize),
    /// A value was not as expected.
    Value {
        /// What it was found in.
        of: &'static str,
        /// What it was.
        got: u64,
        /// What it should have been.
        want: u64,
    },
}

impl Error {
    /// This one, unless something holds.
    pub(crate) fn unless(self, holds: bool) -> Result<(), Self> {
        match holds {
            true => Ok(()),
            false => Err(self),
        }
    }

    /// An error, unless the value of something is as expected.
    pub(crate) fn expect(of: &'static str, got: u64, want: u64) -> Result<(), Self> {
        Self::Value { of, got, want }.unless(got == want)
    }

    /// An error, unless a hypercall did as many extents as it had to.
    pub(crate) fn all(done: impl TryInto<usize>, of: usize) -> Result<(), Self> {
        let done = done.try_into().unwrap_or(usize::MAX);
        Self::Partial { done, of }.unless(done == of)
    }
}

impl From<Errno> for Error {
    fn from(errno: Errno) -> Self {
        Self::Hypercall(errno)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hypercall(errno) => write!(f, "hypercall failed: {errno}"),
            Self::Partial { done, of } => write!(f, "hypercall did {done} extents, not {of}"),
            Self::Succeeded => f.write_str("hypercall succeeded that had to fail"),
            Self::Dom0(errno) => write!(f, "dom0 failed: errno {errno}"),
            Self::Timeout(what) => write!(f, "timed out waiting for {what}"),
            Self::Vcpu(vcpu) => write!(f, "vCPU {vcpu} is not available"),
            Self::WentOn(vcpu) => write!(
                f,
                "vCPU {vcpu} went on before its invalidation was completed"
            ),
            Self::Value { of, got, want } => write!(f, "{of} is {got:#x}, not {want:#x}"),
        }
    }
}
