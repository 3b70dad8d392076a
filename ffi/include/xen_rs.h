/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef XEN_RS_H
#define XEN_RS_H

/* Generated from rust/xen-rs/src/hooks.rs by cbindgen: do not edit. */

#include <xen/types.h>

struct domain;
struct vcpu;

/**
 * The value that Rust takes for `p2m_ram_rw`. C asserts that it is.
 */
#define XEN_RS_P2M_RAM_RW 1

/**
 * The value that Rust takes for `p2m_ram_ro`. C asserts that it is.
 */
#define XEN_RS_P2M_RAM_RO 2

/**
 * A valid leaf entry was freed from the P2M of a domain: notes on the vCPUs
 * concerned, if any, that the emulators must be told.
 *
 * * `d`: the domain that lost the page.
 * * `t`: the type of the freed entry, a `p2m_type_t`.
 *
 * For `p2m_free_entry()`, in place of the call to
 * `ioreq_request_mapcache_invalidate()` and of that function. To be called
 * with the entry already cleared or replaced and the domain's P2M lock held
 * for writing.
 *
 * # Safety
 *
 * `d` points to a domain that stays allocated during the call, whose list of
 * vCPUs does not change meanwhile.
 */
void xen_rs_p2m_leaf_freed(const struct domain *d, unsigned int t);

/**
 * Tells the emulators of the removals noted for `v`, if there are any, and
 * returns whether there were.
 *
 * * `v`: the current vCPU, on its way back to the guest.
 *
 * For `do_trap_hypercall()` and `vcpu_ioreq_handle_completion()`, in place of
 * their own test-and-clear. After `true` the vCPU has requests to wait for
 * (`vcpu_ioreq_pending()`) and must not enter the guest before
 * `vcpu_ioreq_handle_completion()` has seen all of them answered.
 *
 * # Safety
 *
 * `v` is `current`, in a context in which ioreqs can be sent.
 */
bool xen_rs_mapcache_signal(struct vcpu *v);

#endif  /* XEN_RS_H */
