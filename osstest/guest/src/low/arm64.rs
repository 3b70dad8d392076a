// SPDX-License-Identifier: GPL-2.0-only

//! The 64-bit Arm instructions: entry, hypercalls, counter, emulated registers.

pub mod interrupt;

use super::{
    abi, arguments,
    entry::{Identity, STACK_SIZE, STACKS, image_base},
    guest,
};
use core::arch::{asm, global_asm};

static PAGE_TABLE: Identity<512> = Identity::new();

global_asm!(
    include_str!("arm64.S"),
    page_table = sym PAGE_TABLE,
    stacks = sym STACKS,
    stack_size = const STACK_SIZE,
);

unsafe extern "C" {
    safe fn guest_restart(device_tree: usize) -> !;
    fn guest_try_access(address: usize, value: u32) -> u64;
}

/// Where the vectors of `arm64.S` end up.
#[unsafe(no_mangle)]
extern "C" fn guest_exception(esr: u64, elr: u64, far: u64, vector: u64) -> ! {
    guest::die(format_args!(
        "exception: vcpu={} vector={vector} esr={esr:#x} pc={elr:#x} far={far:#x} image={:#x}",
        vcpu_id(),
        image_base(),
    ))
}

/// Where the vector of interrupts ends up, with the place of the interrupt and
/// what was in the register of a hypercall's first argument.
#[unsafe(no_mangle)]
extern "C" fn guest_interrupt(pc: usize, argument: u64) {
    let pc: *const u32 = core::ptr::with_exposed_provenance(pc);
    // SAFETY: that is an instruction of this image, where it went on from.
    let preempted = unsafe { pc.read_volatile() } == HYPERCALL;
    interrupt::taken(argument);
    guest::interrupt(preempted);
}

/// The instruction of [`hypercall`], which Xen has executed again to go on with
/// one that it has preempted.
const HYPERCALL: u32 = 0xd400_0002 | (abi::XEN_HYPERCALL_TAG << 5);

/// Starts this image anew on vCPU 0, as kexec starts a kernel: what was called
/// does not go on, and memory is as it is. The other vCPUs must be off.
pub fn restart() -> ! {
    assert!(vcpu_id() == 0, "only vCPU 0 starts the image");
    guest_restart(arguments::device_tree())
}

/// The vCPU that executes this.
pub fn vcpu_id() -> usize {
    let id;
    // SAFETY: reads a register that entry code has set.
    unsafe { asm!("mrs {}, tpidr_el1", out(reg) id, options(nomem, nostack)) };
    id
}

/// The virtual counter.
pub(super) fn counter() -> u64 {
    let ticks;
    // SAFETY: reads a counter; `isb` keeps it from being read early.
    unsafe { asm!("isb", "mrs {}, cntvct_el0", out(reg) ticks, options(nostack)) };
    ticks
}

/// The virtual counter's frequency in Hz.
pub(super) fn frequency() -> u64 {
    let hz;
    // SAFETY: reads a constant register.
    unsafe { asm!("mrs {}, cntfrq_el0", out(reg) hz, options(nomem, nostack)) };
    hz
}

/// Starts the physical timer, which Xen emulates by one of its own
/// (vtimer_emulate()). Its interrupt stays pending: this guest takes none.
pub(super) fn start_timer(ticks: u32) {
    let ticks = u64::from(ticks);
    // SAFETY: writes registers of the timer: no interrupt comes of it.
    unsafe {
        asm!(
            "msr cntp_tval_el0, {}",
            "msr cntp_ctl_el0, {}",
            "isb",
            in(reg) ticks,
            in(reg) 1_u64,
            options(nostack),
        );
    }
}

/// Stops it.
pub(super) fn stop_timer() {
    // SAFETY: as above.
    unsafe { asm!("msr cntp_ctl_el0, xzr", "isb", options(nostack)) };
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
            "hvc #{tag}",
            tag = const abi::XEN_HYPERCALL_TAG,
            inout("x16") op as usize => _,
            inout("x0") args[0] => result,
            inout("x1") args[1] => _,
            inout("x2") args[2] => _,
            inout("x3") args[3] => _,
            inout("x4") args[4] => _,
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
    let value: u32;
    // SAFETY: the caller vouches for the address.
    unsafe { asm!("ldr {:w}, [{}]", out(reg) value, in(reg) address, options(nostack)) };
    value
}

/// Writes an emulated register, with a plain store.
///
/// # Safety
///
/// `address` must be that of an emulated register.
pub(super) unsafe fn mmio_write(address: usize, value: u32) {
    // SAFETY: the caller vouches for the address.
    unsafe { asm!("str {:w}, [{}]", in(reg) value, in(reg) address, options(nostack)) };
}

/// Reads from an address, and writes to it; whether both were possible. Xen has
/// the guest take an abort if they are not.
///
/// # Safety
///
/// Rust must have no object at the address.
pub(super) unsafe fn try_access(address: usize, value: u32) -> bool {
    // SAFETY: the caller vouches for the address; an abort is passed over.
    unsafe { guest_try_access(address, value) == 0 }
}
