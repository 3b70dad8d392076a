/* SPDX-License-Identifier: GPL-2.0-only */
/* A preempted hypercall sends when it completes, or when it may not wait. */

#include "machine.h"

/* A hypercall of vCPU 1 that removed a page and was preempted. */
static void preempted(void)
{
    reset();
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    leave();
}

static void waits(void)
{
    preempted();
    check("preempted: deferred", current->arch.mapcache_own, OWN_DEFERRED);
    check("  counted", current->domain->arch.p2m.mapcache_stats.deferred, 1);
    check("  not as expired", current->domain->arch.p2m.mapcache_stats.expired, 0);
    check("  broadcasts", broadcasts(), 0);
    check("  since", current->arch.mapcache_since, 5000);
    check("  the next removal is flagged", guest.arch.p2m.mapcache_flagged,
          WATCH);

    host_now += 999;
    leave();
    check("  waits up to the limit", broadcasts(), 0);
    host_now += 1;
    leave();
    check("  and no longer", broadcasts(), 1);
    check("  counted as expired", current->domain->arch.p2m.mapcache_stats.expired, 1);
    check("  and as sent", current->domain->arch.p2m.mapcache_stats.sent, 1);
    check("  nothing is left", own(), 0);
    check("  nor a time", current->arch.mapcache_since, 0);
}

static void completes(void)
{
    preempted();
    xen_rs_hypercall_continued(current);
    check("continued: due", current->arch.mapcache_own, OWN_DUE);
    leave();
    check("  complete, without another removal", broadcasts(), 1);
    check("  nor a time", current->arch.mapcache_since, 0);

    /* The bound is that of the whole hypercall. */
    preempted();
    host_now += 600;
    xen_rs_hypercall_continued(current);
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    leave();
    check("preempted again: since", current->arch.mapcache_since, 5000);
    check("  broadcasts", broadcasts(), 0);
    host_now += 400;
    leave();
    check("  sent at the limit from the first", broadcasts(), 1);

    /* And the next hypercall has the whole of it. */
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    leave();
    check("the next hypercall: since", current->arch.mapcache_since, 6000);
    check("  broadcasts", broadcasts(), 1);
}

/* Linux moves the calling thread to another vCPU between two continuations. */
static void continues_elsewhere(void)
{
    preempted();
    current = &guest_vcpu[2];
    xen_rs_hypercall_continued(current);
    leave();
    check("continued on another vCPU: broadcasts", current->broadcasts, 1);
    check("  the first is still deferred", guest_vcpu[1].arch.mapcache_own,
          OWN_DEFERRED);
    current = &guest_vcpu[1];
    leave();
    check("  within its limit", current->broadcasts, 0);
    host_now += 1000;
    leave();
    check("  and not lost", current->broadcasts, 1);

    reset();
    xen_rs_servers_changed(&guest, false);
    xen_rs_hypercall_continued(current);
    check("continued without a server", own(), 0);
}

static void does_not_wait(void)
{
    reset();
    leaf_freed(&guest, true);
    hypercall_preempted(false);
    check("not known to continue: due", current->arch.mapcache_own, OWN_DUE);
    leave();
    check("  broadcasts", broadcasts(), 1);

    reset();
    mapcache_defer_limit = 0;
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    check("a limit of 0: due", current->arch.mapcache_own, OWN_DUE);
    leave();
    check("  broadcasts", broadcasts(), 1);

    preempted();
    current->paused = true;
    check("not runnable: look again", look_for_work(), true);
    check("  broadcasts", broadcasts(), 1);

    /* By an interrupt handler of the guest, say. */
    preempted();
    leaf_freed(&guest, true);
    check("own removal between: due", current->arch.mapcache_own, OWN_DUE);
    leave();
    check("  broadcasts", broadcasts(), 1);
    check("  one serves both", own(), 0);

    preempted();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    current = &guest_vcpu[1];
    leave();
    check("a foreign removal between: broadcasts", broadcasts(), 1);
    check("  one serves both", own(), 0);
    check("  nor a time", current->arch.mapcache_since, 0);
}

static void nothing_due(void)
{
    reset();
    xen_rs_hypercall_preempted(current, true);
    check("preempted with nothing due", own(), 0);
    check("  nor a time", current->arch.mapcache_since, 0);

    /* A vCPU that has others to flag has nothing to defer. */
    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    check("preempted with vCPUs to flag, not counted",
          current->domain->arch.p2m.mapcache_stats.deferred, 0);
    check("  not deferred", current->arch.mapcache_own, OWN_FOREIGN);
    check("  nor a time", current->arch.mapcache_since, 0);
    leave();
    check("  they are flagged", flagged(), EVERY);
}

void deferrals(void)
{
    waits();
    completes();
    continues_elsewhere();
    does_not_wait();
    nothing_due();
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
