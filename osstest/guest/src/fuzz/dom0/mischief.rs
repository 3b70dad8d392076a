// SPDX-License-Identifier: GPL-2.0-only

//! What no emulator may do to its ioreq page, and what Xen must survive.

use super::{Dom0, server::Server};
use crate::{
    low::{
        ioreq::{IoreqPage, PORT, STATE, WORDS},
        mmio,
    },
    protocol::{MOST_SERVERS, VCPUS},
};

impl Dom0 {
    /// A slot of a server, if it exists.
    fn slot(&mut self) -> Option<(&Server, &IoreqPage, usize)> {
        let (n, vcpu) = (self.prng.index(MOST_SERVERS), self.prng.index(VCPUS));
        let server = self.servers[n].as_ref()?;
        Some((server, server.page()?, vcpu))
    }

    /// Garbage where a request is, or was.
    pub(super) fn garbage_data(&mut self) {
        let (word, value) = (self.prng.index(PORT), self.prng.word());
        if let Some((_, page, vcpu)) = self.slot() {
            page.scribble(vcpu, word, value);
        }
    }

    /// One of the states that there are, whatever it was: a completion that
    /// nobody has asked for, a request taken back or sent once more.
    pub(super) fn legal_state(&mut self) {
        let state = self.prng.word_below(4);
        if let Some((server, page, vcpu)) = self.slot() {
            let word = page.word(vcpu, STATE);
            page.scribble(vcpu, STATE, word & !0xf | state);
            server.notify(vcpu);
        }
    }

    /// Garbage everywhere.
    pub(super) fn garbage_slot(&mut self) {
        let values: [u32; WORDS] = core::array::from_fn(|_| self.prng.word());
        if let Some((server, page, vcpu)) = self.slot() {
            for (word, value) in values.into_iter().enumerate() {
                page.scribble(vcpu, word, value);
            }
            server.notify(vcpu);
        }
    }

    /// Another type of request, the state as it was.
    pub(super) fn garbage_type(&mut self) {
        let value = self.prng.word();
        if let Some((_, page, vcpu)) = self.slot() {
            let state = page.word(vcpu, STATE) & 0xff;
            page.scribble(vcpu, STATE, value & !0xff | state);
        }
    }

    /// An event channel that is another's, or none.
    pub(super) fn another_port(&mut self) {
        let port = match self.prng.below(2) {
            0 => self.prng.word_below(64),
            _ => self.prng.word(),
        };
        if let Some((_, page, vcpu)) = self.slot() {
            page.scribble(vcpu, PORT, port);
        }
    }

    /// An event without a reason.
    pub(super) fn spurious_event(&mut self) {
        if let Some((server, _, vcpu)) = self.slot() {
            server.notify(vcpu);
        }
    }

    /// A vCPU whose completions nobody hears.
    pub(super) fn unbind(&mut self) {
        let (n, vcpu) = (self.prng.index(MOST_SERVERS), self.prng.index(VCPUS));
        if let Some(server) = &mut self.servers[n] {
            server.unbind(vcpu);
        }
    }

    /// A range that another server has.
    pub(super) fn range(&mut self) {
        let (n, of) = (self.prng.index(MOST_SERVERS), self.prng.index(MOST_SERVERS));
        let size = 1 + self.prng.below(2 * mmio::SIZE);
        if let Some(server) = &self.servers[n] {
            server.range(mmio::base(of), size);
        }
    }
}
