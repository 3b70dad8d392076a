// SPDX-License-Identifier: GPL-2.0-only

//! `sysctl`, what dom0 needs of it.

use super::{super::abi, Errno, call};

/// Pages of the machine that are free.
pub fn free_pages() -> Result<u64, Errno> {
    let mut op = abi::xen_sysctl {
        cmd: abi::XEN_SYSCTL_physinfo,
        interface_version: abi::XEN_SYSCTL_INTERFACE_VERSION,
        ..Default::default()
    };
    let arg = core::ptr::from_mut(&mut op).expose_provenance();
    // SAFETY: Xen reads and writes the structure; this operation has no pointers.
    unsafe { call(abi::__HYPERVISOR_sysctl, [arg]) }?;
    // SAFETY: the member of the operation, any value of which is valid.
    let info = unsafe { op.u.physinfo };
    Ok(info.free_pages)
}

/// Has Xen print what it does for these keys of its console.
pub fn debug_keys<const N: usize>(mut keys: [u8; N]) -> Result<(), Errno> {
    let mut op = abi::xen_sysctl {
        cmd: abi::XEN_SYSCTL_debug_keys,
        interface_version: abi::XEN_SYSCTL_INTERFACE_VERSION,
        ..Default::default()
    };
    let mut wanted = abi::xen_sysctl_debug_keys {
        nr_keys: u32::try_from(N).expect("few keys"),
        ..Default::default()
    };
    wanted.keys.p = keys.as_mut_ptr().cast();
    op.u.debug_keys = wanted;
    let arg = core::ptr::from_mut(&mut op).expose_provenance();
    // SAFETY: Xen reads and writes the structure, and reads the keys.
    unsafe { call(abi::__HYPERVISOR_sysctl, [arg]) }.map(drop)
}
