/* SPDX-License-Identifier: GPL-2.0-only */
/* Ioreq servers that are disabled when an invalidation is sent. */

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
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
