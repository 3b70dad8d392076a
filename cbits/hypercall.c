/* SPDX-License-Identifier: GPL-2.0-only */
/* What only the end of a hypercall knows. */

#include <xen/hypercall.h>
#include <xen/mapcache.h>
#include <xen/sched.h>

#include <asm/regs.h>

#include <public/memory.h>

/*
 * Whether the preempted hypercall of curr, when it goes on, passes
 * mapcache_memory_op() with an extent to go on with. It looks where
 * hypercall_create_continuation() has put that. Of a multicall, the entries
 * complete one by one, and it is no such hypercall.
 */
bool mapcache_continues(const struct vcpu *curr)
{
#ifdef CONFIG_RISCV
    /* There are no continuations yet: nothing is known of them. */
    return false;
#else
    const struct cpu_user_regs *regs = guest_cpu_user_regs();
    register_t op, cmd;

#ifdef CONFIG_ARM_64
    if ( !is_32bit_domain(curr->domain) )
    {
        op = regs->x16;
        cmd = regs->x0;
    }
    else
#endif
    {
        op = regs->r12;
        cmd = regs->r0;
    }

    return op == __HYPERVISOR_memory_op &&
           (cmd & MEMOP_CMD_MASK) == XENMEM_decrease_reservation &&
           (cmd >> MEMOP_EXTENT_SHIFT);
#endif
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
