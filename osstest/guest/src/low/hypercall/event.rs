// SPDX-License-Identifier: GPL-2.0-only

//! `event_channel_op`.

use super::{super::abi, DomId, Errno, call_with};

/// An event channel of this domain.
///
/// # Invariants
///
/// Below the 4096 of the 2-level ABI.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Port(abi::evtchn_port_t);

impl Port {
    /// The port of this number.
    pub fn new(number: u32) -> Self {
        assert!(number < 4096, "no such port");
        // INVARIANT: just asserted.
        Self(number)
    }

    /// Its number.
    pub fn number(self) -> u32 {
        self.0
    }
}

fn event_channel_op<T>(cmd: u32, arg: &mut T) -> Result<(), Errno> {
    // SAFETY: the functions below pass the argument of `cmd`; none points to
    // anything else or affects memory.
    unsafe { call_with(abi::__HYPERVISOR_event_channel_op, cmd, arg) }.map(drop)
}

/// A new channel for `remote_dom` to bind to.
pub fn alloc_unbound(remote_dom: DomId) -> Result<Port, Errno> {
    let mut arg = abi::evtchn_alloc_unbound {
        dom: abi::domid_self,
        remote_dom,
        ..Default::default()
    };
    event_channel_op(abi::EVTCHNOP_alloc_unbound, &mut arg)?;
    Ok(Port::new(arg.port))
}

/// Binds to a channel of another domain.
pub fn bind_interdomain(remote_dom: DomId, remote_port: Port) -> Result<Port, Errno> {
    let mut arg = abi::evtchn_bind_interdomain {
        remote_dom,
        remote_port: remote_port.0,
        ..Default::default()
    };
    event_channel_op(abi::EVTCHNOP_bind_interdomain, &mut arg)?;
    Ok(Port::new(arg.local_port))
}

/// A channel by which the vCPUs of this domain notify `vcpu`.
pub fn bind_ipi(vcpu: usize) -> Result<Port, Errno> {
    let mut arg = abi::evtchn_bind_ipi {
        vcpu: u32::try_from(vcpu).expect("few vCPUs"),
        ..Default::default()
    };
    event_channel_op(abi::EVTCHNOP_bind_ipi, &mut arg)?;
    Ok(Port::new(arg.port))
}

/// Notifies the other end.
pub fn send(port: Port) -> Result<(), Errno> {
    event_channel_op(abi::EVTCHNOP_send, &mut abi::evtchn_send { port: port.0 })
}

/// Gives a channel up.
pub fn close(port: Port) -> Result<(), Errno> {
    event_channel_op(abi::EVTCHNOP_close, &mut abi::evtchn_close { port: port.0 })
}
