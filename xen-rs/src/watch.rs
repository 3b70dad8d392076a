// SPDX-License-Identifier: GPL-2.0-only

//! What a freed leaf looks at: is there an ioreq server, and who has flagged a
//! removal already?

use crate::sync::{AtomicUsize, Ordering};

/// One word for each P2M: C's `p2m->mapcache_flagged`.
///
/// It is [`NO_SERVER`](Self::NO_SERVER), [`WATCH`](Self::WATCH), or the id of a
/// vCPU that has flagged a removal from this P2M. Of this domain, the vCPU sends
/// when it leaves its hypercall, and the removal is not deferred. Of another
/// domain, it flags this domain's vCPUs when it leaves its hypercall, and then
/// takes its id away. Who flags them at once does not write its id.
///
/// # Invariants
///
/// The word is written with and without the P2M lock, and writes may overtake
/// each other. Only [`servers_changed`](Self::servers_changed) writes
/// `NO_SERVER`, and only a vCPU itself writes its id. So what an overtaken write
/// costs is a removal that is flagged again, or flagged without a server, never
/// one that is not flagged.
#[derive(Debug, Default)]
#[repr(transparent)]
pub struct Watch(AtomicUsize);

impl Watch {
    /// The domain has no ioreq server: nothing to flag.
    pub const NO_SERVER: usize = 0;
    /// The domain has an ioreq server; the next removal is to be flagged.
    pub const WATCH: usize = 1;

    /// The word of a P2M that was just zeroed.
    #[must_use]
    pub fn new() -> Self {
        Self(AtomicUsize::new(Self::NO_SERVER))
    }

    /// Whether the domain has an ioreq server.
    ///
    /// The answer is exact for the current vCPU's own domain and for a paused
    /// one; for another it may be stale, as C's `domain_has_ioreq_server()`.
    #[inline]
    #[must_use]
    pub fn has_server(&self) -> bool {
        self.0.load(Ordering::Relaxed) != Self::NO_SERVER
    }

    /// C's peek before it calls a hook: whether a removal by the vCPU with this
    /// id has to be flagged. In Xen it is C's alone.
    #[cfg(not(target_os = "none"))]
    #[must_use]
    pub fn peek(&self, id: usize) -> bool {
        let word = self.0.load(Ordering::Relaxed);
        word != Self::NO_SERVER && word != id
    }

    /// A removal by the vCPU with this id is flagged: its further ones need not
    /// be.
    #[inline]
    pub fn flagged_by(&self, id: usize) {
        self.0.store(id, Ordering::Relaxed);
    }

    /// The next removal is to be flagged again, whoever makes it.
    #[inline]
    pub fn rearm(&self) {
        if self.has_server() {
            self.0.store(Self::WATCH, Ordering::Relaxed);
        }
    }

    /// An ioreq server came or went; `any` says whether there is one now.
    #[inline]
    pub fn servers_changed(&self, any: bool) {
        let word = if any { Self::WATCH } else { Self::NO_SERVER };
        self.0.store(word, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const ONE: usize = 0x8000;
    const OTHER: usize = 0x1_0000;

    #[test]
    fn nothing_is_flagged_without_a_server() {
        let watch = Watch::new();
        assert!(!watch.has_server());
        assert!(!watch.peek(ONE));
        watch.rearm();
        assert!(!watch.peek(ONE));
    }

    #[test]
    fn who_has_flagged_does_not_flag_again() {
        let watch = Watch::new();
        watch.servers_changed(true);
        assert!(watch.peek(ONE) && watch.peek(OTHER));
        watch.flagged_by(ONE);
        assert!(watch.has_server());
        assert!(!watch.peek(ONE) && watch.peek(OTHER));
        watch.rearm();
        assert!(watch.peek(ONE) && watch.peek(OTHER));
    }

    #[test]
    fn the_last_server_ends_it() {
        let watch = Watch::new();
        watch.servers_changed(true);
        watch.flagged_by(ONE);
        watch.servers_changed(false);
        assert!(!watch.has_server());
        assert!(!watch.peek(OTHER));
    }

    #[test]
    fn a_new_server_has_removals_flagged_again() {
        let watch = Watch::new();
        watch.servers_changed(true);
        watch.flagged_by(ONE);
        watch.servers_changed(true);
        assert!(watch.peek(ONE));
    }
}
