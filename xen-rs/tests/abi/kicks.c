/* SPDX-License-Identifier: GPL-2.0-only */
/* The remover flags and kicks every vCPU, when it leaves. */

#include "machine.h"

static void once(void)
{
    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leaf_freed(&guest, true);
    leaf_freed(&guest, true);
    check("not flagged under the P2M lock", flagged(), 0);
    check("  nor kicked", kicked(), 0);
    check("  exit_work of the remover", !!current->arch.exit_work, true);
    leave();
    check("  flagged on the way out", flagged(), EVERY);
    check("  kicked", kicked(), EVERY);
    check("  once", guest_vcpu[0].kicks, 1);
    check("  nothing to send", current->broadcasts, 0);
    check("  nor work", current->arch.exit_work, 0);
    leave();
    check("  and not again", guest_vcpu[0].kicks, 1);
    check("  unlocked again", guest.rcu_locked, 0);

    leaf_freed(&guest, true);
    leave();
    check("the next hypercall flags and kicks again", guest_vcpu[0].kicks, 2);
}

static void by_id(void)
{
    static struct domain *without[] = { &toolstack, &second, NULL };

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    host_domains = without;
    check("a domain that is gone: no work", look_for_work(), false);
    check("  nobody is flagged", flagged(), 0);
    check("  nor kicked", kicked(), 0);
    check("  nor later", current->arch.exit_work, 0);

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    check("by its id", current->arch.mapcache_target, guest.domain_id);
    leave();
    check("  found and locked, unlocked", guest.rcu_locked, 0);
    check("  so often", guest.rcu_locks, 1);
    check("  C hears of it", guest.foreign_removals, 1);
}

static void several(void)
{
    reset();
    xen_rs_servers_changed(&second, true);
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leaf_freed(&second, true);
    check("another domain: the first is flagged at once", flagged(), EVERY);
    check("  and kicked", kicked(), EVERY);
    check("  the second not yet", second_vcpu.kicks, 0);
    leaf_freed(&guest, true);
    check("  the second is before the first is again", second_vcpu.kicks, 1);
    leave();
    check("  on the way out the last one", guest_vcpu[0].kicks, 2);
    check("  and no other again", second_vcpu.kicks, 1);
    check("  locked and unlocked", guest.rcu_locked + second.rcu_locked, 0);

    /* An id that is there from an earlier hypercall does not count. */
    leaf_freed(&guest, true);
    check("a domain of an earlier hypercall is not kicked",
          second_vcpu.kicks, 1);
    leave();
    check("  the one of this is", guest_vcpu[0].kicks, 3);
}

/* What is seen to be complete before the remover leaves. */
static void at_once(const char *name, struct vcpu *remover, bool in_multicall)
{
    reset();
    current = remover;
    current->mc_state.flags = in_multicall ? MCSF_in_multicall : 0;
    leaf_freed(&guest, true);
    check(name, flagged(), EVERY);
    check("  kicked", kicked(), EVERY);
    check("  nothing to do later", current->arch.exit_work, 0);

    current = &guest_vcpu[0];
    leave();
    current = remover;
    leaf_freed(&guest, true);
    check("  and so for the next page", flagged(), EVERY);
}

static void beside_its_own(void)
{
    reset();
    xen_rs_servers_changed(&second, true);
    current = &second_vcpu;
    leaf_freed(&second, true);
    leaf_freed(&guest, true);
    check("a foreign beside an own removal", current->arch.mapcache_own,
          OWN_FOREIGN | OWN_DUE);
    leave();
    check("  kicked", kicked(), EVERY);
    check("  sent", current->broadcasts, 1);

    /* A foreign removal does not end a deferral, nor wait for it. */
    leaf_freed(&second, true);
    leaf_freed(&guest, true);
    hypercall_preempted(true);
    leave();
    check("foreign while deferred: kicked", guest_vcpu[0].kicks, 2);
    check("  not sent", current->broadcasts, 1);
    check("  deferred", current->arch.mapcache_own, OWN_DEFERRED);
}

void kicks(void)
{
    once();
    by_id();
    several();
    at_once("an idle vCPU flags at once", &idle_vcpu, false);
    at_once("a multicall's entry flags at once", &toolstack_vcpu, true);
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
