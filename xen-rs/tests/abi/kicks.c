/* SPDX-License-Identifier: GPL-2.0-only */
/* The remover kicks the vCPUs that it has flagged, when it leaves. */

#include "machine.h"

static void once(void)
{
    reset();
    current = &toolstack_vcpu;
    remove_page(&guest);
    remove_page(&guest);
    remove_page(&guest);
    check("not kicked under the P2M lock", kicked(), 0);
    check("  exit_work of the remover", !!current->arch.exit_work, true);
    leave();
    check("  kicked on the way out", kicked(), EVERY);
    check("  once", guest_vcpu[0].kicks, 1);
    check("  nothing to send", current->broadcasts, 0);
    check("  nor work", current->arch.exit_work, 0);
    leave();
    check("  and not again", guest_vcpu[0].kicks, 1);
    check("  unlocked again", guest.rcu_locked, 0);

    /* Who has sent already has seen its flag. */
    reset();
    current = &toolstack_vcpu;
    remove_page(&guest);
    current = &guest_vcpu[2];
    leave();
    current = &toolstack_vcpu;
    leave();
    check("flagged vCPUs alone", kicked(), EVERY & ~(1U << 2));
}

static void by_id(void)
{
    static struct domain *without[] = { &toolstack, &second, NULL };

    reset();
    current = &toolstack_vcpu;
    remove_page(&guest);
    host_domains = without;
    check("a domain that is gone: no work", look_for_work(), false);
    check("  nobody is kicked", kicked(), 0);
    check("  nor later", current->arch.exit_work, 0);

    reset();
    current = &toolstack_vcpu;
    remove_page(&guest);
    check("by its id", current->arch.mapcache_kick, guest.domain_id);
    leave();
    check("  found and locked, unlocked", guest.rcu_locked, 0);
    check("  so often", guest.rcu_locks, 1);
}

static void several(void)
{
    reset();
    xen_rs_servers_changed(&second, true);
    current = &toolstack_vcpu;
    remove_page(&guest);
    remove_page(&second);
    check("another domain: the first is kicked at once", kicked(), EVERY);
    check("  the second not yet", second_vcpu.kicks, 0);
    leave();
    check("  but on the way out", second_vcpu.kicks, 1);
    check("  the first not again", guest_vcpu[0].kicks, 1);
    check("  locked and unlocked", guest.rcu_locked + second.rcu_locked, 0);

    /* An id that is there from an earlier hypercall does not count. */
    remove_page(&guest);
    check("a domain of an earlier hypercall is not kicked",
          second_vcpu.kicks, 1);
    leave();
    check("  the one of this is", guest_vcpu[0].kicks, 2);
}

static void idle_remover(void)
{
    reset();
    current = &idle_vcpu;
    remove_page(&guest);
    check("an idle vCPU kicks at once", kicked(), EVERY);
    check("  and has nothing to do later", current->arch.exit_work, 0);
    check("  who is flagged", flagged(), EVERY);
}

static void beside_its_own(void)
{
    reset();
    xen_rs_servers_changed(&second, true);
    current = &second_vcpu;
    leaf_freed(&second, true);
    remove_page(&guest);
    check("a kick beside an own removal", current->arch.mapcache_own,
          OWN_KICK | OWN_DUE);
    leave();
    check("  kicked", kicked(), EVERY);
    check("  sent", current->broadcasts, 1);

    /* A kick does not end a deferral, nor wait for it. */
    leaf_freed(&second, true);
    remove_page(&guest);
    hypercall_preempted(true);
    leave();
    check("a kick while deferred: kicked", guest_vcpu[0].kicks, 2);
    check("  not sent", current->broadcasts, 1);
    check("  deferred", current->arch.mapcache_own, OWN_DEFERRED);
}

void kicks(void)
{
    once();
    by_id();
    several();
    idle_remover();
    beside_its_own();
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
