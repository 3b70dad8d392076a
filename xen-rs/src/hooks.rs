// SPDX-License-Identifier: GPL-2.0-only

//! What Xen's C calls.
//!
//! | C function | file | hook |
//! |---|---|---|
//! | `p2m_free_entry()` | `xen/arch/arm/mmu/p2m.c` | [`xen_rs_p2m_leaf_freed`] |
//! | `do_trap_hypercall()` | `xen/arch/arm/traps.c` | [`xen_rs_mapcache_signal`] |
//! | `vcpu_ioreq_handle_completion()` | `xen/common/ioreq.c` | [`xen_rs_mapcache_signal`] |
//!
//! Up to Xen 4.18 the first is in `xen/arch/arm/p2m.c`.
//!
//! `ffi/include/xen_rs.h` is generated from this file.

use core::ffi::c_uint;

use ffi::{domain, vcpu};

use crate::decision::{self, P2mType, Remover, Tell};
use crate::xen::{self, Domain, Vcpu};

/// The value that Rust takes for `p2m_ram_rw`. C asserts that it is.
pub const XEN_RS_P2M_RAM_RW: c_uint = 1;
/// The value that Rust takes for `p2m_ram_ro`. C asserts that it is.
pub const XEN_RS_P2M_RAM_RO: c_uint = 2;

const _: () = assert!(XEN_RS_P2M_RAM_RW == P2mType::RAM_RW.0);
const _: () = assert!(XEN_RS_P2M_RAM_RO == P2mType::RAM_RO.0);

/// A valid leaf entry was freed from the P2M of a domain: notes on the vCPUs
/// concerned, if any, that the emulators must be told.
///
/// * `d`: the domain that lost the page.
/// * `t`: the type of the freed entry, a `p2m_type_t`.
///
/// For `p2m_free_entry()`, in place of the call to
/// `ioreq_request_mapcache_invalidate()` and of that function. To be called
/// with the entry already cleared or replaced and the domain's P2M lock held
/// for writing.
///
/// # Safety
///
/// `d` points to a domain that stays allocated during the call, whose list of
/// vCPUs does not change meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_p2m_leaf_freed(d: *const domain, t: c_uint) {
    // SAFETY: `d` stays allocated during the call, as the caller promises.
    let d = unsafe { Domain::from_ptr(d) };
    if !decision::must_be_told(P2mType(t), || d.has_ioreq_server()) {
        return;
    }

    let current = Vcpu::current();
    let remover = if d == current.domain() {
        Remover::Guest
    } else {
        Remover::Other {
            creation_finished: d.creation_finished(),
        }
    };
    match decision::who_tells(remover) {
        Tell::Nobody => {}
        Tell::CurrentVcpu => current.pending().request(),
        Tell::EveryVcpu => d.vcpus().for_each(|v| v.pending().request()),
    }
}

/// Tells the emulators of the removals noted for `v`, if there are any, and
/// returns whether there were.
///
/// * `v`: the current vCPU, on its way back to the guest.
///
/// For `do_trap_hypercall()` and `vcpu_ioreq_handle_completion()`, in place of
/// their own test-and-clear. After `true` the vCPU has requests to wait for
/// (`vcpu_ioreq_pending()`) and must not enter the guest before
/// `vcpu_ioreq_handle_completion()` has seen all of them answered.
///
/// # Safety
///
/// `v` is `current`, in a context in which ioreqs can be sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_mapcache_signal(v: *mut vcpu) -> bool {
    // SAFETY: `v` is current, as the caller promises, so its domain stays
    // allocated during the call.
    let v = unsafe { Vcpu::from_ptr(v) };
    let noted = v.pending().take();
    if noted {
        xen::signal_mapcache_invalidate();
    }
    noted
}
