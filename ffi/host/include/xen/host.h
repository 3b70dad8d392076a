/* SPDX-License-Identifier: GPL-2.0-only */
/* What the host tests set of the stand-in for Xen. */

#ifndef HOST_XEN_HOST_H
#define HOST_XEN_HOST_H

#include <xen/sched.h>

/* Each thread of the harness is a pCPU. */
extern _Thread_local struct vcpu *current;

/* What get_s_time() gives. */
extern _Thread_local s_time_t host_now;

/* As rust_helpers.h has it; what get_s_time() is held against. */
extern s_time_t mapcache_defer_limit;

/* Called when an invalidation is sent, if it is set. */
extern void (*host_sent)(void);

/* The domains that there are, NULL at the end. */
extern struct domain **host_domains;

#endif /* HOST_XEN_HOST_H */
