// SPDX-License-Identifier: GPL-2.0-only

//! One ioreq server of the domU.

use crate::{
    low::{
        gfn::Frame,
        hypercall::{
            Errno,
            dm_op::{self, ServerId},
            domctl,
            event::{self, Port},
        },
        ioreq::IoreqPage,
        mmio,
    },
    protocol::{DOMU, MOST_SERVERS, VCPUS},
};

/// A registered server.
pub(super) struct Server {
    id: ServerId,
    pub(super) page: IoreqPage,
    /// Bound when it is first enabled: before that Xen has not said which they
    /// are.
    ports: Option<[Port; VCPUS]>,
    /// vCPUs that can have a request: a domU may have fewer than [`VCPUS`], or
    /// more that it never starts.
    vcpus: usize,
    enabled: bool,
}

impl Server {
    /// Registers the server number `n`, disabled.
    pub(super) fn create(n: usize) -> Result<Self, Errno> {
        static PAGES: [Frame; MOST_SERVERS] = [const { Frame::new() }; MOST_SERVERS];
        let id = dm_op::create_ioreq_server(DOMU)?;
        dm_op::map_io_range(DOMU, id, mmio::base(n), mmio::SIZE)?;
        Ok(Self {
            id,
            page: IoreqPage::acquire(id, &PAGES[n])?,
            ports: None,
            vcpus: domctl::vcpus(DOMU)?.min(VCPUS),
            enabled: false,
        })
    }

    /// Enables or disables it.
    pub(super) fn enable(&mut self, enabled: bool) -> Result<(), Errno> {
        if self.enabled == enabled {
            return Ok(());
        }
        dm_op::set_ioreq_server_state(DOMU, self.id, enabled)?;
        self.enabled = enabled;
        if enabled && self.ports.is_none() {
            let mut ports = [Port::new(0); VCPUS];
            for (vcpu, port) in ports[..self.vcpus].iter_mut().enumerate() {
                *port = event::bind_interdomain(DOMU, self.page.port(vcpu))?;
            }
            self.ports = Some(ports);
        }
        Ok(())
    }

    /// Destroys it.
    pub(super) fn destroy(self) -> Result<(), Errno> {
        dm_op::destroy_ioreq_server(DOMU, self.id)?;
        self.ports().iter().try_for_each(|&port| event::close(port))
    }

    /// The event channels that announce its requests, once it has any.
    pub(super) fn ports(&self) -> &[Port] {
        self.ports
            .as_ref()
            .map_or(&[], |ports| &ports[..self.vcpus])
    }

    /// Completes a vCPU's request.
    pub(super) fn complete(&self, vcpu: usize, data: u64) -> Result<(), Errno> {
        self.page.complete(vcpu, data);
        event::send(self.ports()[vcpu])
    }
}
