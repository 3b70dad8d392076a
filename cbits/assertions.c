/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Rust takes for granted of Xen's types and functions. Emits no code. For
 * the fields that it reads, see layout.c.
 */

#include <xen/init.h>
#include <xen/lib.h>
#include <xen/mapcache.h>
#include <xen/sched.h>
#include <xen/time.h>

#include <asm/event.h>

#include "rust_helpers.h"

static void __init __maybe_unused build_assertions(void)
{
    /* XEN_RS_NO_SERVER is what a P2M has that was just zeroed. */
    BUILD_BUG_ON(XEN_RS_NO_SERVER != 0);

    /* The bytes of exit_work are those of the flags. */
    BUILD_BUG_ON(sizeof_field(struct arch_vcpu, exit_work) !=
                 offsetof(struct arch_vcpu, mapcache_foreign) + 1 -
                 offsetof(struct arch_vcpu, exit_work));

    BUILD_BUG_ON(DOMID_IDLE != 0x7fff);

    /* What Rust calls and reads. */
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(ioreq_signal_mapcache_invalidate), bool (void)));
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(vcpu_kick), void (struct vcpu *)));
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(get_s_time), s_time_t (void)));
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(rcu_lock_domain_by_id), struct domain *(domid_t)));
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(mapcache_defer_limit), s_time_t));
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
