// SPDX-License-Identifier: GPL-2.0-only

//! One interrupt, that of the vCPU's timer, by a GICv3. With it a guest has Xen
//! preempt a hypercall, and runs code of its own before the continuation.

use super::super::{abi, arch, time, vcpu_id};
use crate::protocol::VCPUS;
use core::{
    arch::asm,
    sync::atomic::{AtomicU64, Ordering},
};

/// Bytes of a vCPU's redistributor, and where in it the registers for its own
/// interrupts are.
const REDISTRIBUTOR: u64 = 0x2_0000;
const ISENABLER0: u64 = 0x1_0100;

/// Of what was interrupted last, on each vCPU.
static ARGUMENT: [AtomicU64; VCPUS] = [const { AtomicU64::new(0) }; VCPUS];

/// The first argument of the hypercall that was interrupted, as its continuation
/// has it.
pub fn argument() -> u64 {
    ARGUMENT[vcpu_id()].load(Ordering::Relaxed)
}

/// Has the timer of this vCPU interrupt it after so long, once, whenever
/// interrupts are not masked.
pub fn after_us(us: u64) {
    let address = abi::guest_gicr_base + vcpu_id() as u64 * REDISTRIBUTOR + ISENABLER0;
    let address = usize::try_from(address).expect("memory is addressable");
    // SAFETY: the address of a register that Xen emulates.
    unsafe { arch::mmio_write(address, 1 << abi::guest_timer_ppi) };
    let at = time::ticks_after_us(us);
    // SAFETY: this vCPU's interrupt interface: all priorities, group 1. Then its
    // timer, which nothing else uses.
    unsafe {
        asm!(
            "msr S3_0_C4_C6_0, {all}",    // ICC_PMR_EL1
            "msr S3_0_C12_C12_7, {on}",   // ICC_IGRPEN1_EL1
            "isb",
            "msr cntv_cval_el0, {at}",
            "msr cntv_ctl_el0, {on}",
            "isb",
            all = in(reg) 0xff_u64,
            on = in(reg) 1_u64,
            at = in(reg) at,
            options(nostack),
        );
    }
}

/// Does something with interrupts not masked.
pub fn unmasked<T>(perform: impl FnOnce() -> T) -> T {
    // SAFETY: the vector of interrupts keeps what it changes.
    unsafe { asm!("msr daifclr, #2", options(nostack)) };
    let result = perform();
    // SAFETY: back to how it was.
    unsafe { asm!("msr daifset, #2", options(nostack)) };
    result
}

/// An interrupt has been taken: turns the timer off, and lets the next one come.
pub(super) fn taken(argument: u64) {
    ARGUMENT[vcpu_id()].store(argument, Ordering::Relaxed);
    // SAFETY: the timer's interrupt is the only one that is enabled.
    unsafe {
        asm!(
            "msr cntv_ctl_el0, xzr",
            "isb",
            "mrs {id}, S3_0_C12_C12_0",   // ICC_IAR1_EL1
            "msr S3_0_C12_C12_1, {id}",   // ICC_EOIR1_EL1
            "isb",
            id = out(reg) _,
            options(nostack),
        );
    }
}
