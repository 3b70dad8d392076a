/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls the exports as Xen does, through the generated header, on a model of
 * two domains. Prints a line for each case and exits with 1 if one failed.
 */

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xen/sched.h>

#include <asm/current.h>
#include <asm/p2m.h>

#include <xen_rs.h>

#define NR_VCPUS 4

static struct domain guest, toolstack;
static struct vcpu guest_vcpu[NR_VCPUS], toolstack_vcpu;
static struct vcpu *guest_vcpus[NR_VCPUS], *toolstack_vcpus[1];
static unsigned int failed;

static void check(const char *name, unsigned int got, unsigned int want)
{
    printf("%s %s: %u, want %u\n", got == want ? "ok" : "FAIL", name, got, want);
    failed += got != want;
}

static void reset(unsigned int nr_ioreq_servers, bool creation_finished)
{
    unsigned int i;

    memset(guest_vcpu, 0, sizeof(guest_vcpu));
    memset(&toolstack_vcpu, 0, sizeof(toolstack_vcpu));

    for ( i = 0; i < NR_VCPUS; i++ )
    {
        guest_vcpu[i].vcpu_id = i;
        guest_vcpu[i].domain = &guest;
        guest_vcpu[i].next_in_list = i + 1 < NR_VCPUS ? &guest_vcpu[i + 1] : NULL;
        guest_vcpus[i] = &guest_vcpu[i];
    }
    guest.max_vcpus = NR_VCPUS;
    guest.vcpu = guest_vcpus;
    guest.nr_ioreq_servers = nr_ioreq_servers;
    guest.creation_finished = creation_finished;

    toolstack_vcpu.domain = &toolstack;
    toolstack_vcpus[0] = &toolstack_vcpu;
    toolstack.max_vcpus = 1;
    toolstack.vcpu = toolstack_vcpus;
    toolstack.creation_finished = true;

    current = &guest_vcpu[1];
}

/* The vCPUs of the guest that have a removal to tell, as a bitmap. */
static unsigned int flagged(void)
{
    unsigned int i, map = 0;

    for ( i = 0; i < NR_VCPUS; i++ )
        map |= (unsigned int)guest_vcpu[i].mapcache_invalidate << i;

    return map;
}

static void removals(void)
{
    unsigned int t;

    for ( t = 0; t < 16; t++ )
    {
        bool ram = t == p2m_ram_rw || t == p2m_ram_ro;
        char name[64];

        reset(1, true);
        xen_rs_p2m_leaf_freed(&guest, t);
        snprintf(name, sizeof(name), "own removal of type %u", t);
        check(name, flagged(), ram ? 1U << 1 : 0);

        reset(1, true);
        current = &toolstack_vcpu;
        xen_rs_p2m_leaf_freed(&guest, t);
        snprintf(name, sizeof(name), "foreign removal of type %u", t);
        check(name, flagged(), ram ? (1U << NR_VCPUS) - 1 : 0);
        check("  flags the remover", toolstack_vcpu.mapcache_invalidate, false);
    }

    reset(0, true);
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    check("own removal, no server", flagged(), 0);

    reset(0, true);
    current = &toolstack_vcpu;
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    check("foreign removal, no server", flagged(), 0);

    reset(1, false);
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    check("own removal, creation not finished", flagged(), 1U << 1);

    reset(1, false);
    current = &toolstack_vcpu;
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    check("foreign removal, creation not finished", flagged(), 0);

    reset(1, true);
    guest.vcpu = NULL;
    current = &toolstack_vcpu;
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    check("foreign removal, no vCPU array", flagged(), 0);

    reset(1, true);
    guest_vcpus[0] = NULL;
    current = &toolstack_vcpu;
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    check("foreign removal, no vCPU", flagged(), 0);
}

static void signals(void)
{
    reset(1, true);
    check("signal with nothing noted", xen_rs_mapcache_signal(current), false);
    check("  broadcasts", current->broadcasts, 0);

    xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    xen_rs_p2m_leaf_freed(&guest, p2m_ram_ro);
    check("signal after two removals", xen_rs_mapcache_signal(current), true);
    check("  broadcasts", current->broadcasts, 1);
    check("  leaves noted", flagged(), 0);
    check("signal again", xen_rs_mapcache_signal(current), false);
    check("  broadcasts", current->broadcasts, 1);
}

#define ROUNDS 20000

static void run_at_once(unsigned int nr, void *(*body)(void *), struct vcpu *v[])
{
    pthread_t pcpu[nr];
    unsigned int i;

    for ( i = 0; i < nr; i++ )
        if ( pthread_create(&pcpu[i], NULL, body, v[i]) )
            abort();
    for ( i = 0; i < nr; i++ )
        pthread_join(pcpu[i], NULL);
}

/* The end of do_trap_hypercall(). */
static void epilogue(struct vcpu *v)
{
    if ( __atomic_load_n(&v->mapcache_invalidate, __ATOMIC_RELAXED) )
        xen_rs_mapcache_signal(v);
}

/* A vCPU that removes a page and returns to the guest, over and over. */
static void *remove_and_return(void *v)
{
    unsigned int i;

    current = v;
    for ( i = 0; i < ROUNDS; i++ )
    {
        xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
        epilogue(current);
    }

    return NULL;
}

/* Each vCPU tells of its own removals, whatever the others do meanwhile. */
static void vcpus_at_once(void)
{
    unsigned int i;

    reset(1, true);
    run_at_once(NR_VCPUS, remove_and_return, guest_vcpus);
    for ( i = 0; i < NR_VCPUS; i++ )
        check("vCPUs at once, broadcasts of one", guest_vcpu[i].broadcasts, ROUNDS);
}

/*
 * What P2M entry the toolstack last removed. Plain on purpose: the flag is all
 * that orders it before the broadcast.
 */
static unsigned int removed, seen[NR_VCPUS];

static void *remove_once_or_return(void *v)
{
    current = v;
    if ( current == &toolstack_vcpu )
    {
        removed = 1;
        xen_rs_p2m_leaf_freed(&guest, p2m_ram_rw);
    }
    else
    {
        while ( !current->broadcasts )
            epilogue(current);
        seen[current->vcpu_id] = removed;
    }

    return NULL;
}

/* A vCPU that tells of another domain's removal sees what was removed. */
static void foreign_removal_at_once(void)
{
    struct vcpu *v[NR_VCPUS + 1] = { &toolstack_vcpu };
    unsigned int i;

    reset(1, true);
    memcpy(v + 1, guest_vcpus, sizeof(guest_vcpus));
    run_at_once(NR_VCPUS + 1, remove_once_or_return, v);
    for ( i = 0; i < NR_VCPUS; i++ )
    {
        check("foreign removal at once, broadcasts", guest_vcpu[i].broadcasts, 1);
        check("  sees the removal", seen[i], 1);
    }
}

#ifdef RACE
/* What ThreadSanitizer has to report: a flag that is set without an atomic. */
static void *plain_request(void *v)
{
    current = v;
    if ( current == &toolstack_vcpu )
        guest_vcpu[0].mapcache_invalidate = true;
    else
        xen_rs_mapcache_signal(current);

    return NULL;
}

static void race(void)
{
    struct vcpu *v[] = { &toolstack_vcpu, &guest_vcpu[0] };

    reset(1, true);
    run_at_once(2, plain_request, v);
}
#else
static void race(void)
{
}
#endif

int main(void)
{
    removals();
    signals();
    vcpus_at_once();
    foreign_removal_at_once();
    race();

    return failed != 0;
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
