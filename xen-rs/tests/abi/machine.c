/* SPDX-License-Identifier: GPL-2.0-only */

#include <stdio.h>
#include <string.h>

#include "machine.h"

struct domain guest, second, toolstack, idle;
struct vcpu guest_vcpu[NR_VCPUS], second_vcpu, toolstack_vcpu, idle_vcpu;
struct vcpu *guest_vcpus[NR_VCPUS];
unsigned int failed;

static struct vcpu *second_vcpus[1], *toolstack_vcpus[1], *idle_vcpus[1];
static struct domain *domains[] = { &toolstack, &guest, &second, NULL };

void check(const char *name, unsigned long got, unsigned long want)
{
    printf("%s %s: %lu, want %lu\n", got == want ? "ok" : "FAIL", name, got,
           want);
    failed += got != want;
}

static void create(struct domain *d, domid_t id, struct vcpu *v,
                   struct vcpu **vcpus, unsigned int nr)
{
    unsigned int i;

    memset(d, 0, sizeof(*d));
    memset(v, 0, nr * sizeof(*v));

    for ( i = 0; i < nr; i++ )
    {
        v[i].vcpu_id = i;
        v[i].domain = d;
        v[i].next_in_list = i + 1 < nr ? &v[i + 1] : NULL;
        vcpus[i] = &v[i];
    }
    d->domain_id = id;
    d->max_vcpus = nr;
    d->vcpu = vcpus;
    d->creation_finished = true;
    d->arch.p2m.domain = d;
}

void reset(void)
{
    create(&toolstack, 0, &toolstack_vcpu, toolstack_vcpus, 1);
    create(&guest, 1, guest_vcpu, guest_vcpus, NR_VCPUS);
    create(&second, 2, &second_vcpu, second_vcpus, 1);
    create(&idle, DOMID_IDLE, &idle_vcpu, idle_vcpus, 1);
    xen_rs_servers_changed(&guest, true);

    host_domains = domains;
    host_now = 5000;
    mapcache_defer_limit = 1000;
    current = &guest_vcpu[1];
}

unsigned long vcpu_id(const struct vcpu *v)
{
    return (unsigned long)v & ~7UL;
}

unsigned int flagged(void)
{
    unsigned int i, map = 0;

    for ( i = 0; i < NR_VCPUS; i++ )
        map |= (unsigned int)guest_vcpu[i].arch.mapcache_foreign << i;

    return map;
}

unsigned int own(void)
{
    unsigned int i, map = 0;

    for ( i = 0; i < NR_VCPUS; i++ )
        map |= (unsigned int)!!guest_vcpu[i].arch.mapcache_own << i;

    return map;
}

unsigned int kicked(void)
{
    unsigned int i, map = 0;

    for ( i = 0; i < NR_VCPUS; i++ )
        map |= (unsigned int)!!guest_vcpu[i].kicks << i;

    return map;
}

unsigned int broadcasts(void)
{
    unsigned int i, sum = 0;

    for ( i = 0; i < NR_VCPUS; i++ )
        sum += guest_vcpu[i].broadcasts;

    return sum;
}

void leaf_freed(struct domain *d, bool is_ram)
{
    unsigned long id = vcpu_id(current);
    unsigned long seen = __atomic_load_n(&d->arch.p2m.mapcache_flagged,
                                         __ATOMIC_RELAXED);

    if ( seen != XEN_RS_NO_SERVER && seen != id )
        xen_rs_leaf_freed(current, id, d, is_ram);
}

void hypercall_preempted(bool continues)
{
    if ( current->arch.mapcache_own )
        xen_rs_hypercall_preempted(current, continues);
}

bool look_for_work(void)
{
    if ( !__atomic_load_n(&current->arch.exit_work, __ATOMIC_RELAXED) )
        return false;

    if ( !current->arch.ioreq_sent && !xen_rs_exit_work(current) )
        return false;

    /* vcpu_ioreq_handle_completion(), with every ioreq complete. */
    current->arch.ioreq_sent = false;
    xen_rs_mapcache_send(current);

    return true;
}

void leave(void)
{
    while ( look_for_work() )
        /* again */;
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
