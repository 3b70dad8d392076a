// SPDX-License-Identifier: GPL-2.0-only

//! An ioreq server, with or without all that it takes to be of any use.

use crate::{
    low::{
        gfn::Frame,
        hypercall::{
            dm_op::{self, ServerId},
            event::{self, Port},
        },
        ioreq::{IoreqPage, PORT},
        mmio,
    },
    protocol::{DOMU, MOST_SERVERS, VCPUS},
};

static PAGES: [Frame; MOST_SERVERS] = [const { Frame::new() }; MOST_SERVERS];

/// A server.
pub(super) struct Server {
    id: ServerId,
    n: usize,
    page: Option<IoreqPage>,
    ports: [Option<Port>; VCPUS],
    enabled: bool,
}

impl Server {
    /// The one number `n`; most are as they should be, which `how` says. Some have
    /// no page, if they may.
    pub(super) fn create(n: usize, how: u64, pageless: bool) -> Option<Self> {
        let id = dm_op::create_ioreq_server(DOMU).ok()?;
        let mut server = Self {
            id,
            n,
            page: None,
            ports: [None; VCPUS],
            enabled: false,
        };
        if how & 7 != 0 {
            let _ = dm_op::map_io_range(DOMU, id, mmio::base(n), mmio::SIZE);
        }
        // Each send to a server that is enabled without a page fails.
        if !pageless || (how >> 3) & 15 != 0 {
            server.page = IoreqPage::acquire(id, &PAGES[n]).ok();
        }
        if (how >> 7) & 7 != 0 {
            server.toggle();
        }
        Some(server)
    }

    /// Enables it, or disables it.
    pub(super) fn toggle(&mut self) {
        let enabled = !self.enabled;
        if dm_op::set_ioreq_server_state(DOMU, self.id, enabled).is_err() {
            return;
        }
        self.enabled = enabled;
        if !enabled {
            return;
        }
        for vcpu in 0..VCPUS {
            self.bind(vcpu);
        }
    }

    /// Binds the event channel of a vCPU, if it is not bound: the one that is in the
    /// page, where Xen puts it when the server is enabled.
    fn bind(&mut self, vcpu: usize) {
        let Some(page) = &self.page else { return };
        let remote = page.word(vcpu, PORT);
        if self.ports[vcpu].is_none() && remote < 4096 {
            self.ports[vcpu] = event::bind_interdomain(DOMU, Port::new(remote)).ok();
        }
    }

    /// Gives it up, with all that it had.
    pub(super) fn destroy(mut self) {
        let _ = dm_op::destroy_ioreq_server(DOMU, self.id);
        for port in self.ports.iter_mut().filter_map(Option::take) {
            let _ = event::close(port);
        }
        if let Some(page) = self.page {
            let _ = page.unmap(&PAGES[self.n]);
        }
    }

    /// Its page, if it has one.
    pub(super) const fn page(&self) -> Option<&IoreqPage> {
        self.page.as_ref()
    }

    /// The event channels that it has bound.
    pub(super) fn ports(&self) -> impl Iterator<Item = Port> + '_ {
        self.ports.iter().copied().flatten()
    }

    /// Completes the request of a vCPU, if there is one.
    pub(super) fn complete(&self, vcpu: usize, data: u64) -> bool {
        let Some(page) = &self.page else {
            return false;
        };
        let pending = page.pending(vcpu).is_some();
        if pending {
            page.complete(vcpu, data);
            self.notify(vcpu);
        }
        pending
    }

    /// Has a vCPU look at its slot.
    pub(super) fn notify(&self, vcpu: usize) {
        if let Some(port) = self.ports[vcpu] {
            let _ = event::send(port);
        }
    }

    /// Closes the event channel of a vCPU, or binds it again.
    pub(super) fn unbind(&mut self, vcpu: usize) {
        match self.ports[vcpu].take() {
            Some(port) => {
                let _ = event::close(port);
            }
            None => self.bind(vcpu),
        }
    }

    /// Emulates some other range as well, one that may be another's.
    pub(super) fn range(&self, start: u64, size: u64) {
        let _ = dm_op::map_io_range(DOMU, self.id, start, size);
    }
}
