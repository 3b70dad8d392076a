/* SPDX-License-Identifier: GPL-2.0-only */
/* Removals of RAM by another domain. */

#include <xen/lib.h>
#include <xen/sched.h>

#include "rust_helpers.h"

/*
 * The current vCPU has removed RAM of d. Who does that while d runs is
 * expected to have a reason, and is warned once for each d, in debug builds.
 */
void mapcache_foreign_removal(struct domain *d)
{
#ifndef NDEBUG
    struct p2m_domain *p2m = p2m_get_hostp2m(d);

    if ( atomic_read(&d->pause_count) ||
         test_and_set_bool(p2m->mapcache_warned) )
        return;

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
