/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_SCHED_H
#define HOST_XEN_SCHED_H

#include <xen/multicall.h>
#include <xen/time.h>
#include <xen/types.h>

#define DOMID_IDLE 0x7fff

struct domain;

struct arch_vcpu
{
    union {
        uint32_t exit_work;
        struct {
            bool need_flush_to_ram;
            bool ioreq_sent;
            uint8_t mapcache_own;
            bool mapcache_foreign;
        };
    };
    domid_t mapcache_target;
    s_time_t mapcache_since;
};

struct vcpu
{
    int              vcpu_id;
    struct domain   *domain;
    struct vcpu     *next_in_list;
    struct mc_state  mc_state;
    struct arch_vcpu arch;

    /* What the tests set and count. */
    bool             paused;
    bool             shutting_down;
    unsigned int     broadcasts;
    unsigned int     kicks;
};

struct p2m_domain
{
    struct domain   *domain;
    unsigned long    mapcache_flagged;
    struct mapcache_stats {
        unsigned int sent, deferred, expired, rearmed;
    } mapcache_stats;
};

struct arch_domain
{
    struct p2m_domain p2m;
};

struct domain
{
    domid_t          domain_id;
    unsigned int     max_vcpus;
    struct vcpu    **vcpu;
    bool             is_privileged;
    bool             creation_finished;
    struct arch_domain arch;

    /* What the tests set and count. */
    bool             is_32bit;
    unsigned int     foreign_removals;
    int              rcu_locked;
    unsigned int     rcu_locks;
};

static inline bool vcpu_runnable(const struct vcpu *v)
{
    return !v->paused;
}

static inline bool is_32bit_domain(const struct domain *d)
{
    return d->is_32bit;
}

static inline void rcu_unlock_domain(struct domain *d)
{
    d->rcu_locked--;
}

struct domain *rcu_lock_domain_by_id(domid_t dom);

#endif /* HOST_XEN_SCHED_H */
