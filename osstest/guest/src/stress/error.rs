// SPDX-License-Identifier: GPL-2.0-only

//! What a vCPU found wrong.

use crate::battery::error::Error;
use core::fmt;

/// What a vCPU found wrong.
#[derive(Clone, Copy, Debug)]
pub(super) enum Violation {
    /// A vCPU went on after a removal before every server had completed its
    /// invalidation.
    NotSent {
        /// The server that had not.
        server: usize,
        /// Who removed: this domain, or dom0.
        by: &'static str,
    },
    /// A server received more invalidations than there was reason for.
    SentTooOften {
        /// That server.
        server: usize,
        /// How many.
        sent: u64,
        /// For how many there was reason.
        most: u64,
    },
    /// The emulator still has a page mapped that was given away.
    Stale,
    /// A hypercall or dom0 failed, or a value was not as expected.
    Error(Error),
    /// PSCI refused to turn a vCPU on, or off.
    Psci {
        /// That vCPU.
        vcpu: usize,
        /// The status, if there is one.
        status: i64,
    },
    /// A vCPU was started and has not come.
    NotBack(usize),
}

impl<E: Into<Error>> From<E> for Violation {
    fn from(why: E) -> Self {
        Self::Error(why.into())
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSent { server, by } => write!(
                f,
                "went on after a removal by {by} without an invalidation at server {server}"
            ),
            Self::SentTooOften { server, sent, most } => {
                write!(f, "server {server} invalidations={sent} reasons={most}")
            }
            Self::Stale => f.write_str("gave a page away that the emulator still has mapped"),
            Self::Error(why @ (Error::Dom0(_) | Error::Timeout(_))) => write!(f, "dom0: {why}"),
            Self::Error(why) => write!(f, "{why}"),
            Self::Psci { vcpu, status } => write!(f, "PSCI for vCPU {vcpu}: status {status}"),
            Self::NotBack(vcpu) => write!(f, "vCPU {vcpu} was started and has not come"),
        }
    }
}
