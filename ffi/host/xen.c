/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of Xen that the component calls, for the host tests. */

#include <xen/host.h>
#include <xen/ioreq.h>

#include <asm/event.h>
#include <asm/regs.h>

_Thread_local struct vcpu *current;
_Thread_local s_time_t host_now;
_Thread_local struct cpu_user_regs host_regs;
void (*host_sent)(void);
struct domain **host_domains;

s_time_t mapcache_defer_limit = 1000;

bool ioreq_signal_mapcache_invalidate(void)
{
    if ( current->shutting_down )
        return false;

    current->broadcasts++;
    /* As ioreq_send() does. */
    current->arch.ioreq_sent = true;

    if ( host_sent )
        host_sent();

    return true;
}

void vcpu_kick(struct vcpu *v)
{
    v->kicks++;
}

void mapcache_foreign_removal(struct domain *d)
{
    d->foreign_removals++;
}

s_time_t get_s_time(void)
{
    return host_now;
}

struct domain *rcu_lock_domain_by_id(domid_t dom)
{
    struct domain **d;

    for ( d = host_domains; d && *d; d++ )
    {
        if ( (*d)->domain_id != dom )
            continue;

        (*d)->rcu_locked++;
        (*d)->rcu_locks++;

        return *d;
    }

    return NULL;
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
