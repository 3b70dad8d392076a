/* SPDX-License-Identifier: GPL-2.0-only */
/* Removals of RAM by another domain. */

#include <xen/lib.h>
#include <xen/mapcache.h>
#include <xen/sched.h>

/*
 * Who removes pages of a domain that runs is expected to have a reason: once for
 * each domain, in debug builds.
 */
static void warn(struct p2m_domain *p2m)
{
#ifndef NDEBUG
    struct domain *d = p2m->domain;

    if ( p2m->mapcache_warned || !d->creation_finished ||
         atomic_read(&d->pause_count) )
        return;

    p2m->mapcache_warned = true;
    gprintk(XENLOG_WARNING, "removes RAM from %pd, which runs\n", d);
#endif
}

/* With the P2M lock held for writing, which is about to be released. */
void mapcache_foreign_removal(struct p2m_domain *p2m)
{
    warn(p2m);
    xen_rs_p2m_unlock(current, p2m->domain);
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
