/* SPDX-License-Identifier: GPL-2.0-only */
/* Ioreq servers come and go, or have missed something. */

#include "machine.h"

static void come_and_go(void)
{
    reset();
    xen_rs_servers_changed(&guest, false);
    check("no server", guest.arch.p2m.mapcache_flagged, XEN_RS_NO_SERVER);
    xen_rs_servers_changed(&guest, true);
    check("a server", guest.arch.p2m.mapcache_flagged, WATCH);

    leaf_freed(&guest, true);
    xen_rs_servers_changed(&guest, true);
    check("another server: the next removal is flagged",
          guest.arch.p2m.mapcache_flagged, WATCH);

    /* The last server went before what was flagged is sent. */
    leaf_freed(&guest, true);
    xen_rs_servers_changed(&guest, false);
    leave();
    check("no server any more: nothing is left", own(), 0);
    check("  nor does it come back", guest.arch.p2m.mapcache_flagged,
          XEN_RS_NO_SERVER);
    leaf_freed(&guest, true);
    check("  nor is it flagged", own(), 0);

    reset();
    leaf_freed(&guest, true);
    xen_rs_servers_changed(&guest, false);
    hypercall_preempted(true);
    check("no server any more, preempted", guest.arch.p2m.mapcache_flagged,
          XEN_RS_NO_SERVER);

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    xen_rs_servers_changed(&guest, false);
    leave();
    check("no server any more, a foreign removal",
          guest.arch.p2m.mapcache_flagged,
          XEN_RS_NO_SERVER);
}

static void missed(void)
{
    reset();
    current = &toolstack_vcpu;
    xen_rs_flag_all(current, &guest);
    check("a server missed something: not flagged yet", flagged(), 0);
    leave();
    check("  flagged on the way out", flagged(), EVERY);
    check("  no removal for C to warn of", guest.foreign_removals, 0);
    check("  kicked", kicked(), EVERY);

    reset();
    guest.creation_finished = false;
    current = &toolstack_vcpu;
    xen_rs_flag_all(current, &guest);
    check("under construction: flagged", flagged(), 0);
    leave();
    check("  kicked", kicked(), 0);
    check("  nothing to do", current->arch.exit_work, 0);
}

void servers(void)
{
    come_and_go();
    missed();
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
