/* SPDX-License-Identifier: GPL-2.0-only */
/* The functions of Xen that the component calls, for the host tests. */

#include <xen/ioreq.h>
#include <xen/sched.h>

#include <asm/current.h>

_Thread_local struct vcpu *current;

bool domain_has_ioreq_server(const struct domain *d)
{
    return d->nr_ioreq_servers != 0;
}

void ioreq_signal_mapcache_invalidate(void)
{
    current->broadcasts++;
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
