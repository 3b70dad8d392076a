/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_SCHED_H
#define HOST_XEN_SCHED_H

#include <xen/types.h>

struct domain;

struct vcpu
{
    int              vcpu_id;
    struct domain   *domain;
    struct vcpu     *next_in_list;
    bool             is_initialised;
    bool             mapcache_invalidate;
    uint16_t         pad;
    unsigned int     broadcasts;
};

struct domain
{
    uint16_t         domain_id;
    unsigned int     max_vcpus;
    struct vcpu    **vcpu;
    bool             is_privileged;
    bool             creation_finished;
    unsigned int     nr_ioreq_servers;
};

#endif /* HOST_XEN_SCHED_H */
