// SPDX-License-Identifier: GPL-2.0-only

//! vCPUs start, go off and sleep.

use core::arch::asm;

unsafe extern "C" {
    safe fn guest_cpu_on(vcpu: usize) -> isize;
    safe fn guest_cpu_off();
}

/// Starts a vCPU in `guest_main()`; the PSCI status on failure.
pub fn cpu_on(vcpu: usize) -> Result<(), i64> {
    match guest_cpu_on(vcpu) {
        0 => Ok(()),
        status => Err(status as i64),
    }
}

/// Turns this vCPU off; it returns only if that fails.
pub fn cpu_off() {
    guest_cpu_off();
}

/// Sleeps until an interrupt is pending, or Xen wakes the vCPU.
pub fn wait_for_interrupt() {
    // SAFETY: affects nothing but time.
    unsafe { asm!("dsb sy", "wfi", options(nostack)) };
}
