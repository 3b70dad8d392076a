// SPDX-License-Identifier: GPL-2.0-only

//! `xen_version`, the hypercall that does nothing.

use super::{super::abi, call};

/// Enters Xen and returns.
pub fn null() {
    // SAFETY: XENVER_version takes no argument and has no effect.
    let _version = unsafe {
        call(
            abi::__HYPERVISOR_xen_version,
            [abi::XENVER_version as usize],
        )
    };
}
