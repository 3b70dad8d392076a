/* SPDX-License-Identifier: GPL-2.0-only */
/* The way to the guest: sent once, and not lost when the domain shuts down. */

#include "machine.h"

static void once(void)
{
    reset();
    check("nothing to do", look_for_work(), false);
    check("  nor when asked", xen_rs_exit_work(current), false);
    check("  nor to send", xen_rs_mapcache_send(current), false);
    check("  broadcasts", broadcasts(), 0);

    leaf_freed(&guest, true);
    check("one read of exit_work shows an own removal",
          !!current->arch.exit_work, true);
    check("  there is work", xen_rs_exit_work(current), true);
    check("  which stays until it is sent", xen_rs_exit_work(current), true);
    check("  sent", xen_rs_mapcache_send(current), true);
    check("  broadcasts", broadcasts(), 1);
    check("  nothing is left", own(), 0);
    check("  not sent again", xen_rs_mapcache_send(current), false);
    check("  broadcasts", broadcasts(), 1);
    check("  the next removal is flagged", guest.arch.p2m.mapcache_flagged,
          WATCH);

    reset();
    leaf_freed(&guest, true);
    leaf_freed(&guest, true);
    leave();
    check("two removals, broadcasts", broadcasts(), 1);
    check("  no work is left", current->arch.exit_work, 0);
}

static void foreign(void)
{
    unsigned int i;

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    leaf_freed(&guest, true);
    leave();
    check("foreign removals, sent by the remover",
          toolstack_vcpu.broadcasts, 0);
    for ( i = 0; i < NR_VCPUS; i++ )
    {
        current = &guest_vcpu[i];
        check("  exit_work of a vCPU", !!current->arch.exit_work, true);
        leave();
        check("  broadcasts of a vCPU", current->broadcasts, 1);
        leave();
        check("  and once only", current->broadcasts, 1);
    }
    check("  no vCPU is left", flagged(), 0);

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    current = &guest_vcpu[1];
    leaf_freed(&guest, true);
    leave();
    check("one invalidation serves both kinds", broadcasts(), 1);
    check("  of its own none is left", own(), 0);
}

static void suspended(void)
{
    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    current = &guest_vcpu[1];
    leaf_freed(&guest, true);
    current->shutting_down = true;
    check("shutting down: look again", look_for_work(), true);
    check("  broadcasts", broadcasts(), 0);
    check("  counted", current->domain->arch.p2m.mapcache_stats.rearmed, 1);
    check("  not as sent", current->domain->arch.p2m.mapcache_stats.sent, 0);
    check("  own is flagged again", own(), 1U << 1);
    check("  so is foreign", flagged(), EVERY);
    check("  and once more", look_for_work(), true);
    current->shutting_down = false;
    leave();
    check("  sent after the resume", broadcasts(), 1);
    check("  own is done", own(), 0);
    check("  foreign is done", flagged(), EVERY & ~(1U << 1));

    /* Only what there was is flagged again. */
    reset();
    leaf_freed(&guest, true);
    current->shutting_down = true;
    look_for_work();
    check("shutting down with an own removal: own", own(), 1U << 1);
    check("  foreign", flagged(), 0);

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    current = &guest_vcpu[1];
    current->shutting_down = true;
    look_for_work();
    check("shutting down with a foreign removal: own", own(), 0);
    check("  foreign", flagged(), EVERY);

    /* A deferred one is due when the domain is resumed. */
    reset();
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    current->shutting_down = true;
    host_now += 1000;
    look_for_work();
    check("shutting down with a deferred one", current->arch.mapcache_own,
          OWN_DUE);
}

/* An ioreq that is not an invalidation. */
static void other_ioreqs(void)
{
    reset();
    current->arch.ioreq_sent = true;
    check("an ioreq was sent: look again", look_for_work(), true);
    check("  complete", current->arch.ioreq_sent, false);
    check("  nothing more", look_for_work(), false);
    check("  broadcasts", broadcasts(), 0);

    reset();
    current->arch.need_flush_to_ram = true;
    check("other work in exit_work", look_for_work(), false);
    check("  is left alone", current->arch.need_flush_to_ram, true);
}

void sends(void)
{
    once();
    foreign();
    suspended();
    other_ioreqs();
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
