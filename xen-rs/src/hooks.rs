// SPDX-License-Identifier: GPL-2.0-only

//! What Xen's C calls.
//!
//! `xen/include/xen/mapcache.h` has the static inline functions that call these,
//! and their counterparts for a Xen without this component.
//!
//! | C function | file | hook |
//! |---|---|---|
//! | `p2m_free_entry()` | `xen/arch/arm/mmu/p2m.c` | [`xen_rs_leaf_freed`] |
//! | `do_trap_hypercall()` | `xen/arch/arm/traps.c` | [`xen_rs_hypercall_preempted`] |
//! | `do_memory_op()` | `xen/common/memory.c` | [`xen_rs_hypercall_continued`] |
//! | `check_for_vcpu_work()` | `xen/arch/arm/traps.c` | [`xen_rs_exit_work`] |
//! | `vcpu_ioreq_handle_completion()` | `xen/common/ioreq.c` | [`xen_rs_mapcache_send`] |
//! | `set_ioreq_server()` | `xen/common/ioreq.c` | [`xen_rs_servers_changed`] |
//! | `ioreq_server_enable()` | `xen/common/ioreq.c` | [`xen_rs_flag_all`] |
//!
//! Up to Xen 4.18 the first is in `xen/arch/arm/p2m.c`.
//!
//! `ffi/include/xen_rs.h` is generated from this file.

use core::ffi::c_ulong;

use ffi::{domain, vcpu};

use crate::decision::{self, Remover, TargetVcpus};
use crate::watch::Watch;
use crate::xen::{self, Current, Domain, Leaving};

/// What C's `p2m->mapcache_flagged` is without an ioreq server.
pub const XEN_RS_NO_SERVER: c_ulong = 0;
const _: () = assert!(word(XEN_RS_NO_SERVER) == Watch::NO_SERVER);
const _: () = assert!(size_of::<c_ulong>() == size_of::<usize>());

/// C's `unsigned long` as a word of Rust's: in Xen they are the same.
#[allow(clippy::cast_possible_truncation, reason = "asserted above")]
#[inline]
const fn word(long: c_ulong) -> usize {
    long as usize
}

/// A valid leaf entry was freed from the P2M of `d`: flags the removal if it
/// needs an invalidation. One by the domain itself is sent by `curr` before it
/// enters the guest. For another domain's, `curr` flags and kicks every vCPU of
/// `d` when it leaves its hypercall: once, for however many pages it removes,
/// and not under the P2M lock.
///
/// * `curr`: the vCPU that removes.
/// * `id`: names `curr` among all vCPUs; neither 0 nor 1.
/// * `d`: the domain that lost the page.
/// * `is_ram`: the entry mapped RAM of `d`: C's `p2m_is_ram()`.
///
/// For `p2m_free_entry()`, in place of `ioreq_request_mapcache_invalidate()`,
/// with the P2M entry cleared. It need not be called if
/// `d->arch.p2m.mapcache_flagged` is `XEN_RS_NO_SERVER` or `id`.
///
/// # Safety
///
/// `curr` is `current`. `d` points to a domain that stays allocated during the
/// call, whose P2M lock is held for writing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_leaf_freed(
    curr: *mut vcpu,
    id: c_ulong,
    d: *const domain,
    is_ram: bool,
) {
    // SAFETY: as the caller promises.
    let curr = unsafe { Current::from_ptr(curr) };
    // SAFETY: as the caller promises.
    let d = unsafe { Domain::from_ptr(d) };
    if !decision::needs_invalidation(is_ram, d.watch().has_server()) {
        return;
    }
    let remover = if d == curr.domain() {
        Remover::Guest
    } else {
        Remover::Other {
            creation_finished: d.creation_finished(),
        }
    };
    let once = match decision::target_vcpus(remover) {
        TargetVcpus::Nobody => false,
        TargetVcpus::Current => {
            curr.own().flag();
            true
        }
        TargetVcpus::Every => {
            d.foreign_removal();
            curr.flag_every_vcpu(d)
        }
    };
    if once {
        d.watch().flagged_by(word(id));
    }
}

/// Every vCPU of `d` sends an invalidation before it enters the guest, unless
/// `d` is under construction. `curr` flags and kicks them when it leaves its
/// hypercall.
///
/// * `curr`: a vCPU of another domain.
/// * `d`: the domain whose emulators are to drop their mappings.
///
/// For `ioreq_server_enable()`: the server was disabled when an invalidation
/// was sent.
///
/// # Safety
///
/// `curr` is `current`. `d` points to a domain that stays allocated during the
/// call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_flag_all(curr: *mut vcpu, d: *const domain) {
    // SAFETY: as the caller promises.
    let curr = unsafe { Current::from_ptr(curr) };
    // SAFETY: as the caller promises.
    let d = unsafe { Domain::from_ptr(d) };
    let remover = Remover::Other {
        creation_finished: d.creation_finished(),
    };
    if decision::target_vcpus(remover) == TargetVcpus::Every {
        curr.flag_every_vcpu(d);
    }
}

/// A hypercall of `curr` was preempted after it removed RAM: what is due waits
/// for the continuation, if that is known when it starts.
///
/// * `curr`: the vCPU whose hypercall was preempted.
/// * `continues`: its continuation passes [`xen_rs_hypercall_continued`], on
///   whatever vCPU it is.
///
/// For `do_trap_hypercall()`. It need not be called if
/// `curr->arch.mapcache_own` is 0.
///
/// # Safety
///
/// `curr` is `current`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_hypercall_preempted(curr: *mut vcpu, continues: bool) {
    // SAFETY: as the caller promises.
    let curr = unsafe { Current::from_ptr(curr) };
    if curr.own().is_due() && continues && xen::defer_limit() > 0 {
        curr.defer();
        // The next removal is flagged again, be it the continuation's or that of
        // another hypercall in between.
        curr.domain().watch().rearm();
    }
}

/// A hypercall goes on that was preempted, on this vCPU or on another: it may
/// have removed RAM, and `curr` sends the invalidation when it completes. The
/// same if `curr` starts another memory operation while it defers one: what it
/// has removed may be populated again.
///
/// * `curr`: the vCPU that executes the hypercall.
///
/// For `do_memory_op()`, whatever comes of the hypercall. It need not be called
/// if `curr->arch.mapcache_own` is 0 and no preempted removal goes on.
///
/// # Safety
///
/// `curr` is `current`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_hypercall_continued(curr: *mut vcpu) {
    // SAFETY: as the caller promises.
    let curr = unsafe { Current::from_ptr(curr) };
    if curr.domain().watch().has_server() {
        curr.own().flag();
    }
}

/// What `curr` has to do before it enters the guest: flags and kicks the vCPUs
/// of another domain if it removed pages of theirs, and returns whether there
/// is an invalidation to send, for [`xen_rs_mapcache_send`].
///
/// * `curr`: a vCPU on its way to the guest.
///
/// For `check_for_vcpu_work()`. It need not be called if `curr->arch.exit_work`
/// is 0.
///
/// # Safety
///
/// `curr` is `current`, and interrupts are off.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_exit_work(curr: *mut vcpu) -> bool {
    // SAFETY: as the caller promises.
    let curr = unsafe { Current::from_ptr(curr) };
    curr.end_foreign_removal();
    is_due(curr)
}

/// Whether `curr` has an invalidation to send before it enters the guest. One
/// that is deferred becomes due if it may not wait any further.
#[inline]
fn is_due(curr: Current<'_>) -> bool {
    let own = curr.own();
    if own.is_deferred() && !decision::may_wait(curr.runnable(), curr.waited(), xen::defer_limit())
    {
        own.flag();
        curr.domain().count(&domain::MAPCACHE_EXPIRED);
    }
    own.is_due() || curr.foreign().is_flagged()
}

/// Sends the invalidation that `curr` has pending, if it has one that is due,
/// and returns whether it had.
///
/// * `curr`: a vCPU on its way to the guest, whose ioreqs are complete.
///
/// For `vcpu_ioreq_handle_completion()`, in place of its test-and-clear. After
/// `true` the vCPU has requests to wait for (`vcpu_ioreq_pending()`), or is
/// paused as its domain shuts down. It must not enter the guest before
/// `vcpu_ioreq_handle_completion()` has seen all of them completed.
///
/// # Ordering
///
/// For what another domain removed, see
/// [`Foreign::take`](crate::pending::Foreign::take).
///
/// # Safety
///
/// `curr` is `current`, in a context in which ioreqs can be sent.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_mapcache_send(curr: *mut vcpu) -> bool {
    // SAFETY: as the caller promises.
    let leaving = unsafe { Leaving::from_ptr(curr) };
    let curr = leaving.vcpu();
    if !is_due(curr) {
        return false;
    }
    let d = curr.domain();
    // One invalidation serves both.
    let foreign = curr.foreign().take();
    let own = curr.take_own();
    d.watch().rearm();
    if leaving.signal_mapcache_invalidate() {
        d.count(&domain::MAPCACHE_SENT);
    } else {
        // The domain shuts down, and the vCPU is paused: it looks again when it
        // is resumed.
        if foreign {
            curr.foreign().flag();
        }
        if own {
            curr.own().flag();
        }
        d.count(&domain::MAPCACHE_REARMED);
    }
    true
}

/// An ioreq server of `d` was created or destroyed.
///
/// * `d`: the domain that it emulates devices for.
/// * `any`: `d` has an ioreq server now: C's `domain_has_ioreq_server()`.
///
/// For `set_ioreq_server()`.
///
/// # Safety
///
/// `d` points to a domain that stays allocated during the call.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn xen_rs_servers_changed(d: *const domain, any: bool) {
    // SAFETY: as the caller promises.
    let d = unsafe { Domain::from_ptr(d) };
    d.watch().servers_changed(any);
}
