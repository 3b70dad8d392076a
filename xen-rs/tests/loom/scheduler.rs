// SPDX-License-Identifier: GPL-2.0-only

//! Which vCPUs run, and their kicks.

use loom::sync::atomic::{AtomicBool, Ordering};

/// What `vcpu_kick()` looks at, for each vCPU.
pub(crate) struct Scheduler {
    /// `is_running`: written by the vCPU itself.
    running: Vec<AtomicBool>,
    /// An interrupt is on its way to the pCPU that the vCPU runs on.
    kicked: Vec<AtomicBool>,
}

impl Scheduler {
    /// With so many vCPUs, all of which run.
    pub(crate) fn new(vcpus: usize) -> Self {
        let each = |value| (0..vcpus).map(|_| AtomicBool::new(value)).collect();
        Self {
            running: each(true),
            kicked: each(false),
        }
    }

    pub(crate) fn vcpus(&self) -> usize {
        self.running.len()
    }

    pub(crate) fn running(&self, vcpu: usize) -> &AtomicBool {
        &self.running[vcpu]
    }

    /// `vcpu_kick()`. One that does not run looks for work before it enters the
    /// guest; that it is unblocked is nothing to a model whose vCPUs all run on.
    pub(crate) fn kick(&self, vcpu: usize) {
        if self.running[vcpu].load(Ordering::Relaxed) {
            // A swap, as it is swapped: see sync.rs.
            self.kicked[vcpu].swap(true, Ordering::Release);
        }
    }

    /// Whether an interrupt takes the vCPU out of the guest.
    pub(crate) fn interrupted(&self, vcpu: usize) -> bool {
        self.kicked[vcpu].swap(false, Ordering::Acquire)
    }
}
