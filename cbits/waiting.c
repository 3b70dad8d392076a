/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who waits for which emulator, and for how long: a warning when that is long,
 * and the debug key 'k'.
 *
 * A timer looks once a second, as long as any vCPU waits.
 */

#include <xen/init.h>
#include <xen/ioreq.h>
#include <xen/keyhandler.h>
#include <xen/lib.h>
#include <xen/mapcache.h>
#include <xen/sched.h>
#include <xen/time.h>
#include <xen/timer.h>

/* The first warning; the next one after twice as long. */
#define WARN_AFTER SECONDS(3)
#define LOOK_EVERY SECONDS(1)

/* Up to Xen 4.18 it is a spinlock_t. */
#ifdef rspin_trylock
#define ioreq_servers_trylock(d) rspin_trylock(&(d)->ioreq_server.lock)
#define ioreq_servers_unlock(d)  rspin_unlock(&(d)->ioreq_server.lock)
#else
#define ioreq_servers_trylock(d) \
    spin_trylock_recursive(&(d)->ioreq_server.lock)
#define ioreq_servers_unlock(d)  spin_unlock_recursive(&(d)->ioreq_server.lock)
#endif

static struct timer wait_timer;
static bool wait_timer_set;

static void set_wait_timer(void)
{
    ACCESS_ONCE(wait_timer_set) = true;
    set_timer(&wait_timer, NOW() + LOOK_EVERY);
}

void ioreq_wait_begins(struct vcpu *curr)
{
    curr->arch.ioreq_since = get_cycles();
    curr->arch.ioreq_warnings = 0;
    smp_wmb(); /* since when /then/ that; pairs with look_who_waits() */
    curr->arch.ioreq_sent = true;

    smp_mb(); /* wait /then/ look whether anybody looks */
    if ( !ACCESS_ONCE(wait_timer_set) )
        set_wait_timer();
}

void ioreq_wait_ends(struct vcpu *curr)
{
    cycles_t ticks = get_cycles() - curr->arch.ioreq_since;
    struct p2m_domain *p2m = p2m_get_hostp2m(curr->domain);

    /* Of two vCPUs at once one may be lost. */
    if ( ticks > p2m->mapcache_longest_wait )
        p2m->mapcache_longest_wait = ticks;

    curr->arch.ioreq_sent = false;
}

static s_time_t waited(const struct vcpu *v)
{
    return ticks_to_ns(get_cycles() - v->arch.ioreq_since);
}

/* With the servers of v's domain locked. */
static void warn_of_wait(const struct vcpu *v)
{
    unsigned int id;

    for ( id = 0; id < MAX_NR_IOREQ_SERVERS; id++ )
    {
        const struct ioreq_server *s = v->domain->ioreq_server.server[id];
        const struct ioreq_vcpu *sv;

        if ( !s )
            continue;

        list_for_each_entry ( sv, &s->ioreq_vcpu_list, list_entry )
            if ( sv->vcpu == v && sv->pending )
                printk(XENLOG_G_WARNING
                       "%pv has waited %"PRI_stime" s for ioreq server %u of %pd\n",
                       v, waited(v) / SECONDS(1), id, s->emulator);
    }
}

static void cf_check look_who_waits(void *unused)
{
    bool any = false;
    struct domain *d;
    struct vcpu *v;

    ACCESS_ONCE(wait_timer_set) = false;
    smp_mb(); /* do not look again /then/ see whether anybody waits */

    rcu_read_lock(&domlist_read_lock);

    for_each_domain ( d )
        for_each_vcpu ( d, v )
        {
            if ( !ACCESS_ONCE(v->arch.ioreq_sent) )
                continue;

            smp_rmb(); /* that it waits /then/ since when */
            any = true;
            if ( waited(v) < WARN_AFTER << v->arch.ioreq_warnings ||
                 !ioreq_servers_trylock(d) )
                continue;

            v->arch.ioreq_warnings++;
            warn_of_wait(v);
            ioreq_servers_unlock(d);
        }

    rcu_read_unlock(&domlist_read_lock);

    if ( any )
        set_wait_timer();
}

static void dump_servers(const struct domain *d)
{
    unsigned int id;

    for ( id = 0; id < MAX_NR_IOREQ_SERVERS; id++ )
    {
        const struct ioreq_server *s = d->ioreq_server.server[id];
        const struct ioreq_vcpu *sv;

        if ( !s )
            continue;

        printk("%pd: ioreq server %u of %pd, %sabled%s\n", d, id, s->emulator,
               s->enabled ? "en" : "dis",
               s->missed_invalidation ? ", missed an invalidation" : "");

        list_for_each_entry ( sv, &s->ioreq_vcpu_list, list_entry )
            if ( sv->pending )
                printk("  %pv has waited %"PRI_stime" ms for it\n", sv->vcpu,
                       waited(sv->vcpu) / MILLISECS(1));
    }
}

static void dump_invalidations(struct domain *d)
{
    const struct p2m_domain *p2m = p2m_get_hostp2m(d);
    const struct mapcache_stats *stats = &p2m->mapcache_stats;
    const struct vcpu *v;

    for_each_vcpu ( d, v )
        if ( v->arch.exit_work )
            printk("  %pv: work before it enters the guest: %08x\n", v,
                   v->arch.exit_work);

    printk("%pd: invalidations: sent %u, deferred %u times, of these expired %u, for after a resume %u, unhandled %d; longest wait %"PRI_stime" us\n",
           d, stats->sent, stats->deferred, stats->expired, stats->rearmed,
           atomic_read(&stats->unhandled),
           ticks_to_ns(p2m->mapcache_longest_wait) / MICROSECS(1));
}

static void cf_check dump_ioreq_servers(unsigned char key)
{
    struct domain *d;

    rcu_read_lock(&domlist_read_lock);

    for_each_domain ( d )
    {
        if ( !ioreq_servers_trylock(d) )
        {
            printk("%pd: its ioreq servers are being changed\n", d);
            continue;
        }

        if ( domain_has_ioreq_server(d) )
        {
            dump_servers(d);
            dump_invalidations(d);
        }

        ioreq_servers_unlock(d);
    }

    rcu_read_unlock(&domlist_read_lock);
}

static int __init cf_check waiting_init(void)
{
    init_timer(&wait_timer, look_who_waits, NULL, 0);
    register_keyhandler('k', dump_ioreq_servers,
                        "dump ioreq servers and invalidations", 1);

    return 0;
}
__initcall(waiting_init);

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
