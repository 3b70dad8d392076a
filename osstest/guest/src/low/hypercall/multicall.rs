// SPDX-License-Identifier: GPL-2.0-only

//! `multicall`.

use super::{
    super::{abi, gfn::Gfn},
    Errno, call, memory,
};

/// Removes mappings like [`memory::remove_from_physmap`], in one hypercall.
pub fn remove_from_physmap<const N: usize>(gfns: [Gfn; N]) -> Result<(), Errno> {
    let mut removals = gfns.map(memory::removal);
    let mut calls = removals.each_mut().map(|removal| abi::multicall_entry {
        op: abi::__HYPERVISOR_memory_op.into(),
        args: [
            abi::XENMEM_remove_from_physmap.into(),
            core::ptr::from_mut(removal).expose_provenance() as u64,
            0,
            0,
            0,
            0,
        ],
        ..Default::default()
    });
    let list = calls.as_mut_ptr().expose_provenance();
    // SAFETY: a list of N calls, each with the argument of its operation, which
    // names a frame by `Gfn`.
    unsafe { call(abi::__HYPERVISOR_multicall, [list, N]) }?;
    match calls.iter().find(|call| call.result != 0) {
        None => Ok(()),
        Some(call) => Err(Errno(call.result as i64)),
    }
}
