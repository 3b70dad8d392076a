// SPDX-License-Identifier: GPL-2.0-only

//! `domctl`, what dom0 needs of it.

use super::{super::abi, DomId, Errno, call};

fn domctl(cmd: u32, domain: DomId, fill: impl FnOnce(&mut abi::xen_domctl)) -> Result<(), Errno> {
    let mut op = abi::xen_domctl {
        cmd,
        interface_version: abi::XEN_DOMCTL_INTERFACE_VERSION,
        domain,
        ..Default::default()
    };
    fill(&mut op);
    let op = core::ptr::from_mut(&mut op).expose_provenance();
    // SAFETY: Xen reads the whole structure; none of the operations below has
    // further pointers or affects memory.
    unsafe { call(abi::__HYPERVISOR_domctl, [op]) }.map(drop)
}

/// Stops a domain's vCPUs.
pub fn pause(domain: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_pausedomain, domain, |_| ())
}

/// Lets a paused domain run.
pub fn unpause(domain: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_unpausedomain, domain, |_| ())
}

/// Gives `domain` the rights of a device model for `target`, of which one is
/// to map its pages. Once per `domain`.
pub fn set_target(domain: DomId, target: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_set_target, domain, |op| {
        op.u.set_target.target = target;
    })
}
