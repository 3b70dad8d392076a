/* SPDX-License-Identifier: GPL-2.0-only */
/* Ioreq servers that an invalidation is not sent to. */

#include <xen/ioreq.h>
#include <xen/mapcache.h>
#include <xen/sched.h>

/*
 * An invalidation is about to be sent to the enabled servers of the current
 * domain. The others are to be sent to when they are enabled: see
 * mapcache_server_enabled().
 */
void mapcache_servers_missed(void)
{
    struct domain *d = current->domain;
    unsigned int id;

    for ( id = 0; id < MAX_NR_IOREQ_SERVERS; id++ )
    {
        struct ioreq_server *s = d->ioreq_server.server[id];

        if ( s && !s->enabled )
            s->missed_invalidation = true;
    }

    smp_mb(); /* say so /then/ have the sender look which are enabled */
}

/*
 * An invalidation could not be sent to some server: its emulator has spoilt
 * the ioreq page. It is counted, and not sent again, as that might fail for
 * ever.
 */
void mapcache_unhandled(void)
{
    atomic_inc(&p2m_get_hostp2m(current->domain)->mapcache_stats.unhandled);
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
