// SPDX-License-Identifier: GPL-2.0-only

//! The 32-bit Arm instructions: entry, hypercalls, counter, emulated registers.

use super::{
    abi,
    entry::{Identity, STACK_SIZE, STACKS, image_base},
    guest,
};
use core::arch::{asm, global_asm};

static PAGE_TABLE: Identity<4> = Identity::new();

global_asm!(
    include_str!("arm32.S"),
    page_table = sym PAGE_TABLE,
    stacks = sym STACKS,
    stack_size = const STACK_SIZE,
);

/// Where the vectors of `arm32.S` end up. `lr` is at the instruction that is to
/// blame for an abort by Xen (inject_abt32_exception()), otherwise 4 or 8 bytes
/// ahead of it.
#[unsafe(no_mangle)]
extern "C" fn guest_exception(fsr: u32, lr: u32, far: u32, vector: u32) -> ! {
    guest::die(format_args!(
        "exception: vcpu={} vector={vector} fsr={fsr:#x} lr={lr:#x} far={far:#x} image={:#x}",
        vcpu_id(),
        image_base(),
    ))
}

/// The vCPU that executes this.
pub fn vcpu_id() -> usize {
    let id;
    // SAFETY: reads TPIDRPRW, which entry code has set.
    unsafe { asm!("mrc p15, 0, {}, c13, c0, 4", out(reg) id, options(nomem, nostack)) };
    id
}

/// The virtual counter.
pub(super) fn counter() -> u64 {
    let (low, high): (u32, u32);
    // SAFETY: reads CNTVCT; `isb` keeps it from being read early.
    unsafe {
        asm!("isb", "mrrc p15, 1, {}, {}, c14", out(reg) low, out(reg) high, options(nostack));
    }
    (u64::from(high) << 32) | u64::from(low)
}

/// The virtual counter's frequency in Hz.
pub(super) fn frequency() -> u64 {
    let hz: u32;
    // SAFETY: reads CNTFRQ, a constant.
    unsafe { asm!("mrc p15, 0, {}, c14, c0, 0", out(reg) hz, options(nomem, nostack)) };
    hz.into()
}

/// Starts the physical timer, which Xen emulates by one of its own
/// (vtimer_emulate()). Its interrupt stays pending: this guest takes none.
pub(super) fn start_timer(ticks: u32) {
    // SAFETY: writes CNTP_TVAL and CNTP_CTL: no interrupt comes of it.
    unsafe {
        asm!(
            "mcr p15, 0, {}, c14, c2, 0",
            "mcr p15, 0, {}, c14, c2, 1",
            "isb",
            in(reg) ticks,
            in(reg) 1_u32,
            options(nostack),
        );
    }
}

/// Stops it.
pub(super) fn stop_timer() {
    // SAFETY: as above.
    unsafe { asm!("mcr p15, 0, {}, c14, c2, 1", "isb", in(reg) 0_u32, options(nostack)) };
}

/// One hypercall; negative results are errors.
///
/// # Safety
///
/// The arguments must be right for the operation: what they point to is Xen's
/// for the duration, and what it does to the guest's memory map must not
/// affect memory that Rust uses.
pub(super) unsafe fn hypercall(op: u32, args: [usize; 5]) -> isize {
    let result;
    // SAFETY: the caller vouches for the operation. Debug builds of Xen
    // clobber the argument registers (do_trap_hypercall()).
    unsafe {
        asm!(
            ".arch_extension virt",
            "hvc #{tag}",
            tag = const abi::XEN_HYPERCALL_TAG,
            inout("r12") op => _,
            inout("r0") args[0] => result,
            inout("r1") args[1] => _,
            inout("r2") args[2] => _,
            inout("r3") args[3] => _,
            inout("r4") args[4] => _,
            options(nostack),
        );
    }
    result
}

/// Reads an emulated register.
///
/// A plain load: Xen forwards only accesses whose syndrome describes them
/// (try_handle_mmio()), which rules out pairs and write-back.
///
/// # Safety
///
/// `address` must be that of an emulated register.
pub(super) unsafe fn mmio_read(address: usize) -> u32 {
    let value;
    // SAFETY: the caller vouches for the address.
    unsafe { asm!("ldr {}, [{}]", out(reg) value, in(reg) address, options(nostack)) };
    value
}

/// Writes an emulated register, with a plain store.
///
/// # Safety
///
/// `address` must be that of an emulated register.
pub(super) unsafe fn mmio_write(address: usize, value: u32) {
    // SAFETY: the caller vouches for the address.
    unsafe { asm!("str {}, [{}]", in(reg) value, in(reg) address, options(nostack)) };
}

/// Reads from an address, and writes to it. An abort ends the guest: what passes
/// over it is there for 64-bit Arm alone.
///
/// # Safety
///
/// Rust must have no object at the address.
pub(super) unsafe fn try_access(address: usize, value: u32) -> bool {
    // SAFETY: the caller vouches for the address.
    let _value = unsafe { mmio_read(address) };
    // SAFETY: as above.
    unsafe { mmio_write(address, value) };
    true
}
