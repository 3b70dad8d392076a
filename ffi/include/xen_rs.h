/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef XEN_RS_H
#define XEN_RS_H

/* Generated from rust/xen-rs/src/hooks.rs by cbindgen: do not edit. */

#include <xen/types.h>

struct domain;
struct vcpu;

/**
 * What C's `p2m->mapcache_flagged` is without an ioreq server.
 */
#define XEN_RS_NO_SERVER 0

/**
 * A valid leaf entry was freed from the P2M of `d`: flags the removal if it
 * needs an invalidation. One by the domain itself is sent by `curr` before it
 * enters the guest. For another domain's, `curr` flags and kicks every vCPU of
 * `d` when it leaves its hypercall: once, for however many pages it removes,
 * and not under the P2M lock.
 *
 * * `curr`: the vCPU that removes.
 * * `id`: names `curr` among all vCPUs; neither 0 nor 1.
 * * `d`: the domain that lost the page.
 * * `is_ram`: the entry mapped RAM of `d`: C's `p2m_is_ram()`.
 *
 * For `p2m_free_entry()`, in place of `ioreq_request_mapcache_invalidate()`,
 * with the P2M entry cleared. It need not be called if
 * `d->arch.p2m.mapcache_flagged` is `XEN_RS_NO_SERVER` or `id`.
 *
 * # Safety
 *
 * `curr` is `current`. `d` points to a domain that stays allocated during the
 * call, whose P2M lock is held for writing.
 */
void xen_rs_leaf_freed(struct vcpu *curr,
                       unsigned long id,
                       const struct domain *d,
                       bool is_ram);

/**
 * Every vCPU of `d` sends an invalidation before it enters the guest, unless
 * `d` is under construction. `curr` flags and kicks them when it leaves its
 * hypercall.
 *
 * * `curr`: a vCPU of another domain.
 * * `d`: the domain whose emulators are to drop their mappings.
 *
 * For `ioreq_server_enable()`: the server was disabled when an invalidation
 * was sent.
 *
 * # Safety
 *
 * `curr` is `current`. `d` points to a domain that stays allocated during the
 * call.
 */
void xen_rs_flag_all(struct vcpu *curr, const struct domain *d);

/**
 * A hypercall of `curr` was preempted after it removed RAM: what is due waits
 * for the continuation, if that is known when it starts.
 *
 * * `curr`: the vCPU whose hypercall was preempted.
 * * `continues`: its continuation passes [`xen_rs_hypercall_continued`], on
 *   whatever vCPU it is.
 *
 * For `do_trap_hypercall()`. It need not be called if
 * `curr->arch.mapcache_own` is 0.
 *
 * # Safety
 *
 * `curr` is `current`.
 */
void xen_rs_hypercall_preempted(struct vcpu *curr, bool continues);

/**
 * A hypercall goes on that was preempted, on this vCPU or on another: it may
 * have removed RAM, and `curr` sends the invalidation when it completes. The
 * same if `curr` starts another memory operation while it defers one: what it
 * has removed may be populated again.
 *
 * * `curr`: the vCPU that executes the hypercall.
 *
 * For `do_memory_op()`, whatever comes of the hypercall. It need not be called
 * if `curr->arch.mapcache_own` is 0 and no preempted removal goes on.
 *
 * # Safety
 *
 * `curr` is `current`.
 */
void xen_rs_hypercall_continued(struct vcpu *curr);

/**
 * What `curr` has to do before it enters the guest: flags and kicks the vCPUs
 * of another domain if it removed pages of theirs, and returns whether there
 * is an invalidation to send, for [`xen_rs_mapcache_send`].
 *
 * * `curr`: a vCPU on its way to the guest.
 *
 * For `check_for_vcpu_work()`. It need not be called if `curr->arch.exit_work`
 * is 0.
 *
 * # Safety
 *
 * `curr` is `current`, and interrupts are off.
 */
bool xen_rs_exit_work(struct vcpu *curr);

/**
 * Sends the invalidation that `curr` has pending, if it has one that is due,
 * and returns whether it had.
 *
 * * `curr`: a vCPU on its way to the guest, whose ioreqs are complete.
 *
 * For `vcpu_ioreq_handle_completion()`, in place of its test-and-clear. After
 * `true` the vCPU has requests to wait for (`vcpu_ioreq_pending()`), or is
 * paused as its domain shuts down. It must not enter the guest before
 * `vcpu_ioreq_handle_completion()` has seen all of them completed.
 *
 * # Ordering
 *
 * For what another domain removed, see
 * [`Foreign::take`](crate::pending::Foreign::take).
 *
 * # Safety
 *
 * `curr` is `current`, in a context in which ioreqs can be sent.
 */
bool xen_rs_mapcache_send(struct vcpu *curr);

/**
 * An ioreq server of `d` was created or destroyed.
 *
 * * `d`: the domain that it emulates devices for.
 * * `any`: `d` has an ioreq server now: C's `domain_has_ioreq_server()`.
 *
 * For `set_ioreq_server()`.
 *
 * # Safety
 *
 * `d` points to a domain that stays allocated during the call.
 */
void xen_rs_servers_changed(const struct domain *d, bool any);

#endif  /* XEN_RS_H */
