/* SPDX-License-Identifier: GPL-2.0-only */
/* Several pCPUs at once. ThreadSanitizer looks at these. */

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "machine.h"

#define ROUNDS 20000

static pthread_mutex_t p2m_lock = PTHREAD_MUTEX_INITIALIZER;

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

/* A vCPU that removes a page and returns to the guest, over and over. */
static void *remove_and_return(void *v)
{
    unsigned int i;

    current = v;
    for ( i = 0; i < ROUNDS; i++ )
    {
        pthread_mutex_lock(&p2m_lock);
        leaf_freed(&guest, true);
        pthread_mutex_unlock(&p2m_lock);
        leave();
    }

    return NULL;
}

/* Each vCPU sends for its own removals, whatever the others do meanwhile. */
static void vcpus_at_once(void)
{
    unsigned int i;

    reset();
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
        leaf_freed(&guest, true);
        leave();
    }
    else
    {
        while ( !current->broadcasts )
            leave();
        seen[current->vcpu_id] = removed;
    }

    return NULL;
}

/* A vCPU that sends for another domain's removal sees what was removed. */
static void foreign_removal_at_once(void)
{
    struct vcpu *v[NR_VCPUS + 1] = { &toolstack_vcpu };
    unsigned int i;

    reset();
    memcpy(v + 1, guest_vcpus, sizeof(guest_vcpus));
    run_at_once(NR_VCPUS + 1, remove_once_or_return, v);
    for ( i = 0; i < NR_VCPUS; i++ )
    {
        check("foreign removal at once, broadcasts", guest_vcpu[i].broadcasts, 1);
        check("  sees the removal", seen[i], 1);
    }
}

/*
 * The P2M entry, and what the emulators found when a vCPU last sent. A removal
 * that the last of a vCPU's broadcasts does not see has flagged it again.
 */
static unsigned int entry, found[NR_VCPUS];
static bool done;

static void *remove_often_or_return(void *v)
{
    unsigned int i;
    bool last;

    current = v;
    if ( current == &toolstack_vcpu )
    {
        for ( i = 1; i <= ROUNDS; i++ )
        {
            pthread_mutex_lock(&p2m_lock);
            __atomic_store_n(&entry, i, __ATOMIC_RELAXED);
            leaf_freed(&guest, true);
            pthread_mutex_unlock(&p2m_lock);
            leave();
        }
        __atomic_store_n(&done, true, __ATOMIC_RELEASE);

        return NULL;
    }

    do {
        last = __atomic_load_n(&done, __ATOMIC_ACQUIRE);
        leave();
    } while ( !last );

    return NULL;
}

/* An emulator that maps the page again as soon as it is sent to. */
static void look_at_entry(void)
{
    if ( current->domain == &guest )
        found[current->vcpu_id] = __atomic_load_n(&entry, __ATOMIC_RELAXED);
}

static void no_removal_is_lost(void)
{
    struct vcpu *v[NR_VCPUS + 1] = { &toolstack_vcpu };
    unsigned int i;

    reset();
    entry = 0;
    memcpy(v + 1, guest_vcpus, sizeof(guest_vcpus));
    host_sent = look_at_entry;
    run_at_once(NR_VCPUS + 1, remove_often_or_return, v);
    host_sent = NULL;
    for ( i = 0; i < NR_VCPUS; i++ )
        check("removals at once, the last one that is seen", found[i], ROUNDS);
    check("  no flag is left", flagged(), 0);
}

#ifdef RACE
/*
 * What ThreadSanitizer has to report: a flag that is set without an atomic. It
 * may miss a single one.
 */
static void *plain_flag(void *v)
{
    unsigned int i;

    current = v;
    for ( i = 0; i < ROUNDS; i++ )
    {
        if ( current == &toolstack_vcpu )
            *(volatile bool *)&guest_vcpu[0].arch.mapcache_foreign = true;
        else
            xen_rs_mapcache_send(current);
    }

    return NULL;
}

static void planted(void)
{
    struct vcpu *v[] = { &toolstack_vcpu, &guest_vcpu[0] };

    reset();
    run_at_once(2, plain_flag, v);
}
#else
static void planted(void)
{
}
#endif

void races(void)
{
    vcpus_at_once();
    foreign_removal_at_once();
    no_removal_is_lost();
    planted();
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
