// SPDX-License-Identifier: GPL-2.0-only

//! `dm_op`, ioreq servers.

use super::{super::abi, DomId, Errno, call};

/// An ioreq server of a domain.
pub type ServerId = abi::ioservid_t;

fn dm_op(
    domid: DomId,
    cmd: u32,
    fill: impl FnOnce(&mut abi::xen_dm_op__bindgen_ty_1),
) -> Result<abi::xen_dm_op, Errno> {
    let mut op = abi::xen_dm_op {
        op: cmd,
        ..Default::default()
    };
    fill(&mut op.u);
    let mut buf = abi::xen_dm_op_buf {
        size: size_of_val(&op) as u64,
        ..Default::default()
    };
    buf.h.p = (&raw mut op).cast();
    let buf = (&raw mut buf).expose_provenance();
    // SAFETY: one buffer, which Xen reads and writes; nothing in it points to
    // anything, and the operations are about another domain.
    unsafe { call(abi::__HYPERVISOR_dm_op, [domid.into(), 1, buf]) }?;
    Ok(op)
}

/// Creates a server without buffered requests, which Arm does not have. AMD's trees
/// refuse one without.
pub fn create_ioreq_server(domid: DomId) -> Result<ServerId, Errno> {
    let create = |buffered| {
        dm_op(domid, abi::XEN_DMOP_create_ioreq_server, |u| {
            u.create_ioreq_server.handle_bufioreq = buffered;
        })
    };
    let op = create(abi::bufioreq_off).or_else(|_| create(abi::bufioreq_atomic))?;
    // SAFETY: the member of the operation, any value of which is valid.
    Ok(unsafe { op.u.create_ioreq_server.id })
}

/// Destroys a server.
pub fn destroy_ioreq_server(domid: DomId, id: ServerId) -> Result<(), Errno> {
    dm_op(domid, abi::XEN_DMOP_destroy_ioreq_server, |u| {
        u.destroy_ioreq_server.id = id;
    })
    .map(drop)
}

/// Sends accesses to `size` bytes from `start` to a server.
pub fn map_io_range(domid: DomId, id: ServerId, start: u64, size: u64) -> Result<(), Errno> {
    dm_op(domid, abi::XEN_DMOP_map_io_range_to_ioreq_server, |u| {
        u.map_io_range_to_ioreq_server = abi::xen_dm_op_ioreq_server_range {
            id,
            type_: abi::XEN_DMOP_IO_RANGE_MEMORY,
            start,
            end: start + size - 1,
            ..Default::default()
        };
    })
    .map(drop)
}

/// Enables or disables a server.
pub fn set_ioreq_server_state(domid: DomId, id: ServerId, enabled: bool) -> Result<(), Errno> {
    dm_op(domid, abi::XEN_DMOP_set_ioreq_server_state, |u| {
        u.set_ioreq_server_state = abi::xen_dm_op_set_ioreq_server_state {
            id,
            enabled: enabled.into(),
            ..Default::default()
        };
    })
    .map(drop)
}
