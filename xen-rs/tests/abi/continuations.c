/* SPDX-License-Identifier: GPL-2.0-only */
/* Which preempted hypercall is known to pass mapcache_memory_op() again. */

#include <xen/hypercall.h>

#include <asm/regs.h>

#include <public/memory.h>

#include "machine.h"

#define OTHER_HYPERCALL (__HYPERVISOR_memory_op + 1)
#define AT(extent) ((register_t)(extent) << MEMOP_EXTENT_SHIFT)

static void put(bool is_32bit, register_t op, register_t cmd)
{
    struct cpu_user_regs *regs = guest_cpu_user_regs();

    /* What is in the other registers is not to be looked at. */
    regs->r0 = regs->x0 = XENMEM_decrease_reservation | AT(1);
    regs->r12 = regs->x16 = __HYPERVISOR_memory_op;

    guest.is_32bit = is_32bit;
    if ( is_32bit )
    {
        regs->r12 = op;
        regs->r0 = cmd;
        regs->x16 = OTHER_HYPERCALL;
    }
    else
    {
        regs->x16 = op;
        regs->x0 = cmd;
        regs->r12 = OTHER_HYPERCALL;
    }
}

void continuations(void)
{
    unsigned int is_32bit;

    for ( is_32bit = 0; is_32bit < 2; is_32bit++ )
    {
        reset();
        put(is_32bit, __HYPERVISOR_memory_op,
            XENMEM_decrease_reservation | AT(7));
        check(is_32bit ? "32-bit decrease_reservation at an extent"
                       : "64-bit decrease_reservation at an extent",
              mapcache_continues(current), true);
        put(is_32bit, __HYPERVISOR_memory_op, XENMEM_decrease_reservation);
        check("  at the first", mapcache_continues(current), false);
        put(is_32bit, __HYPERVISOR_memory_op, XENMEM_exchange | AT(7));
        check("  another operation", mapcache_continues(current), false);
        put(is_32bit, OTHER_HYPERCALL, XENMEM_decrease_reservation | AT(7));
        check("  another hypercall", mapcache_continues(current), false);
    }
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
