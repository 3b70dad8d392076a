// SPDX-License-Identifier: GPL-2.0-only

//! A domain that is suspended and resumed.

use loom::sync::{Condvar, Mutex};

/// C's `is_shutting_down`, and those who wait for its end.
pub(crate) struct Shutdown {
    shutting_down: Mutex<bool>,
    resumed: Condvar,
}

impl Default for Shutdown {
    fn default() -> Self {
        Self {
            shutting_down: Mutex::new(false),
            resumed: Condvar::new(),
        }
    }
}

impl Shutdown {
    /// `domain_shutdown()`
    pub(crate) fn suspend(&self) {
        *self.lock() = true;
    }

    /// `domain_resume()`
    pub(crate) fn resume(&self) {
        *self.lock() = false;
        self.resumed.notify_all();
    }

    /// `vcpu_start_shutdown_deferral()`: whether a vCPU may send.
    pub(crate) fn may_send(&self) -> bool {
        !*self.lock()
    }

    /// `vcpu_check_shutdown()` has paused the vCPU.
    pub(crate) fn wait_for_resume(&self) {
        let mut shutting_down = self.lock();
        while *shutting_down {
            shutting_down = self
                .resumed
                .wait(shutting_down)
                .expect("loom hands on no panic");
        }
    }

    fn lock(&self) -> loom::sync::MutexGuard<'_, bool> {
        self.shutting_down.lock().expect("loom hands on no panic")
    }
}
