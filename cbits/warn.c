/* SPDX-License-Identifier: GPL-2.0-only */
/* Who removes pages of a domain that runs is expected to have a reason. */

#include <xen/lib.h>
#include <xen/mapcache.h>
#include <xen/sched.h>

/* With the P2M lock held: once for each domain, in debug builds. */
void mapcache_warn_foreign_removal(struct domain *d)
{
#ifndef NDEBUG
    struct p2m_domain *p2m = p2m_get_hostp2m(d);

    if ( p2m->mapcache_warned || !d->creation_finished ||
         atomic_read(&d->pause_count) )
        return;

    p2m->mapcache_warned = true;
    gprintk(XENLOG_WARNING, "removes RAM from %pd, which runs\n", d);
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
