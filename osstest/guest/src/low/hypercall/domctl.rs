// SPDX-License-Identifier: GPL-2.0-only

//! `domctl`, what dom0 needs of it.

use super::{super::abi, DomId, Errno, call};

fn domctl(
    cmd: u32,
    domain: DomId,
    fill: impl FnOnce(&mut abi::xen_domctl),
) -> Result<abi::xen_domctl, Errno> {
    let mut op = abi::xen_domctl {
        cmd,
        interface_version: abi::XEN_DOMCTL_INTERFACE_VERSION,
        domain,
        ..Default::default()
    };
    fill(&mut op);
    let arg = core::ptr::from_mut(&mut op).expose_provenance();
    // SAFETY: Xen reads and writes the whole structure; none of the operations below has
    // further pointers or affects memory.
    unsafe { call(abi::__HYPERVISOR_domctl, [arg]) }?;
    Ok(op)
}

/// Stops a domain's vCPUs.
pub fn pause(domain: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_pausedomain, domain, |_| ()).map(drop)
}

/// Lets a paused domain run.
pub fn unpause(domain: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_unpausedomain, domain, |_| ()).map(drop)
}

fn info(domain: DomId) -> Result<abi::xen_domctl_getdomaininfo, Errno> {
    let op = domctl(abi::XEN_DOMCTL_getdomaininfo, domain, |_| ())?;
    // SAFETY: the member of the operation, any value of which is valid.
    Ok(unsafe { op.u.getdomaininfo })
}

/// Whether a domain has shut down: all its vCPUs have stopped.
pub fn is_shut_down(domain: DomId) -> Result<bool, Errno> {
    Ok(info(domain)?.flags & abi::domain_is_shut_down != 0)
}

/// Lets a domain go on that has shut down, or is about to.
pub fn resume(domain: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_resumedomain, domain, |_| ()).map(drop)
}

/// Gives `domain` the rights of a device model for `target`, of which one is
/// to map its pages. Once per `domain`.
pub fn set_target(domain: DomId, target: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_set_target, domain, |op| {
        op.u.set_target.target = target;
    })
    .map(drop)
}

/// Lets a domain have so much memory, in KiB.
pub fn set_max_memory(domain: DomId, kib: u64) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_max_mem, domain, |op| {
        op.u.max_mem.max_memkb = kib;
    })
    .map(drop)
}

/// How many vCPUs a domain has.
pub fn vcpus(domain: DomId) -> Result<usize, Errno> {
    Ok(info(domain)?.max_vcpu_id as usize + 1)
}

/// Whether a vCPU waits: for an event channel, that is, not for an emulator.
pub fn is_blocked(domain: DomId, vcpu: usize) -> Result<bool, Errno> {
    let op = domctl(abi::XEN_DOMCTL_getvcpuinfo, domain, |op| {
        op.u.getvcpuinfo.vcpu = u32::try_from(vcpu).expect("few vCPUs");
    })?;
    // SAFETY: the member of the operation, any value of which is valid.
    Ok(unsafe { op.u.getvcpuinfo.blocked } != 0)
}

/// What has become of a domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Life {
    /// It is there, with so many pages of RAM.
    Alive(u64),
    /// Xen has crashed it.
    Crashed,
    /// It has shut down for another reason, such as to be suspended.
    ShutDown,
    /// It is being destroyed, and still has so many pages.
    Dying(u64),
    /// There is none.
    Gone,
}

/// What has become of a domain.
pub fn life(domain: DomId) -> Result<Life, Errno> {
    let info = match info(domain) {
        Ok(info) if info.domain == domain => info,
        // Some versions give the next domain that there is.
        Ok(_) | Err(NO_SUCH_DOMAIN) => return Ok(Life::Gone),
        Err(why) => return Err(why),
    };
    let reason = (info.flags >> abi::domain_shut_down_shift) & abi::domain_shut_down_mask;
    Ok(if info.flags & abi::domain_is_dying != 0 {
        Life::Dying(info.tot_pages)
    } else if info.flags & abi::domain_is_shut_down == 0 {
        Life::Alive(info.tot_pages)
    } else if reason == abi::SHUTDOWN_crash {
        Life::Crashed
    } else {
        Life::ShutDown
    })
}

/// -ESRCH.
const NO_SUCH_DOMAIN: Errno = Errno(-3);

/// Ends a domain; what is left of it goes when nobody refers to it any more.
pub fn destroy(domain: DomId) -> Result<(), Errno> {
    domctl(abi::XEN_DOMCTL_destroydomain, domain, |_| ()).map(drop)
}
