/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_MAPCACHE_H
#define HOST_XEN_MAPCACHE_H

#include <xen/ioreq.h>
#include <xen/sched.h>

#include <xen_rs.h>

bool mapcache_continues(const struct vcpu *curr);

#endif /* HOST_XEN_MAPCACHE_H */
