/* SPDX-License-Identifier: GPL-2.0-only */
/* For how long an invalidation may wait for a preempted hypercall. */

#include <xen/cache.h>
#include <xen/errno.h>
#include <xen/init.h>
#include <xen/lib.h>
#include <xen/param.h>

#include "rust_helpers.h"

/* An hour is as good as for ever, and does not overflow. */
#define LIMIT_MS_MAX 3600000UL

s_time_t __ro_after_init mapcache_defer_limit = SECONDS(1);

static int __init cf_check parse_mapcache_defer(const char *s)
{
    const char *end;
    unsigned long ms = simple_strtoul(s, &end, 0);

    if ( end == s || *end || ms > LIMIT_MS_MAX )
        return -EINVAL;

    mapcache_defer_limit = MILLISECS((s_time_t)ms);

    return 0;
}
custom_param("mapcache-defer", parse_mapcache_defer);

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
