// SPDX-License-Identifier: GPL-2.0-only

//! `multicall`.

use super::{
    super::{abi, gfn::Gfn},
    Errno, call, memory,
};

/// One call of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// [`super::version::null`].
    Null,
    /// [`memory::remove_from_physmap`].
    Remove(Gfn),
    /// [`memory::decrease_reservation`] of a page.
    Decrease(Gfn),
    /// [`memory::populate_physmap`] of a page.
    Populate(Gfn),
    /// Suspend this domain: what has to be done before it is resumed.
    Suspend,
    /// A hypercall that does not exist.
    Unknown,
}

/// Makes these calls in one hypercall; what each returned.
pub fn multicall<const N: usize>(calls: &[Call; N]) -> Result<[i64; N], Errno> {
    let gfns = calls.map(|call| match call {
        Call::Remove(gfn) | Call::Decrease(gfn) | Call::Populate(gfn) => gfn,
        Call::Null | Call::Suspend | Call::Unknown => Gfn::NOWHERE,
    });
    let mut removals = gfns.map(memory::removal);
    let mut reservations = gfns.each_ref().map(memory::page_reservation);
    let mut suspension = abi::sched_shutdown {
        reason: abi::SHUTDOWN_suspend,
    };
    let suspension = core::ptr::from_mut(&mut suspension).expose_provenance();
    let mut list = [abi::multicall_entry::default(); N];
    for (n, entry) in list.iter_mut().enumerate() {
        let removal = core::ptr::from_mut(&mut removals[n]).expose_provenance();
        let reservation = core::ptr::from_mut(&mut reservations[n]).expose_provenance();
        let (memory, sched) = (abi::__HYPERVISOR_memory_op, abi::__HYPERVISOR_sched_op);
        let (op, cmd, arg) = match calls[n] {
            Call::Null => (abi::__HYPERVISOR_xen_version, abi::XENVER_version, 0),
            Call::Remove(_) => (memory, abi::XENMEM_remove_from_physmap, removal),
            Call::Decrease(_) => (memory, abi::XENMEM_decrease_reservation, reservation),
            Call::Populate(_) => (memory, abi::XENMEM_populate_physmap, reservation),
            Call::Suspend => (sched, abi::SCHEDOP_shutdown, suspension),
            Call::Unknown => (UNKNOWN, 0, 0),
        };
        entry.op = op.into();
        entry.args[0] = cmd.into();
        entry.args[1] = arg as abi::xen_ulong_t;
    }
    let entries = list.as_mut_ptr().expose_provenance();
    // SAFETY: a list of N calls, each with the argument of its operation, which
    // names frames by `Gfn`.
    unsafe { call(abi::__HYPERVISOR_multicall, [entries, N]) }?;
    Ok(list.map(|entry| entry.result as i64))
}

/// The number of no hypercall.
const UNKNOWN: u32 = 63;

/// Removes mappings like [`memory::remove_from_physmap`], in one hypercall.
pub fn remove_from_physmap<const N: usize>(gfns: [Gfn; N]) -> Result<(), Errno> {
    match multicall(&gfns.map(Call::Remove))?
        .iter()
        .find(|&&result| result != 0)
    {
        None => Ok(()),
        Some(&result) => Err(Errno(result)),
    }
}
