/* SPDX-License-Identifier: GPL-2.0-only */
/* The decision table: who is flagged for which removal. */

#include <stdio.h>

#include "machine.h"

/* A removal by the guest, or by the toolstack if foreign. */
static void removal(bool foreign, bool is_ram, bool server, bool created)
{
    char name[80];
    bool needed = is_ram && server;

    reset();
    xen_rs_servers_changed(&guest, server);
    guest.creation_finished = created;
    if ( foreign )
        current = &toolstack_vcpu;

    /* Without the peek: a hook decides by itself. */
    xen_rs_leaf_freed(current, vcpu_id(current), &guest, is_ram);

    snprintf(name, sizeof(name), "%s removal, %s, %s, %s: own",
             foreign ? "foreign" : "own", is_ram ? "RAM" : "not RAM",
             server ? "a server" : "no server",
             created ? "created" : "under construction");
    check(name, own(), needed && !foreign ? 1U << 1 : 0);
    check("  noted for the unlock", guest.arch.p2m.mapcache_foreign_removal,
          needed && foreign);
    check("  no vCPU before the unlock", flagged(), 0);
    check("  who has flagged", guest.arch.p2m.mapcache_flagged,
          needed ? vcpu_id(current) : server ? WATCH : XEN_RS_NO_SERVER);

    p2m_unlock(&guest);
    check("  every vCPU at the unlock", flagged(),
          needed && foreign && created ? EVERY : 0);
    check("  the remover's duty", toolstack_vcpu.arch.mapcache_own,
          needed && foreign && created ? OWN_KICK : 0);
    check("  nothing left to unlock", guest.arch.p2m.mapcache_foreign_removal,
          false);
}

/* The rows, and that a row is as good for the second removal. */
static void table(void)
{
    unsigned int i;

    for ( i = 0; i < 16; i++ )
        removal(i & 8, i & 4, i & 2, i & 1);
}

static void repeated(void)
{
    reset();
    leaf_freed(&guest, true);
    guest_vcpu[1].arch.mapcache_own = 0;
    leaf_freed(&guest, true);
    check("who has flagged does not call again", own(), 0);
    current = &guest_vcpu[2];
    leaf_freed(&guest, true);
    check("another vCPU calls", own(), 1U << 2);
    current = &guest_vcpu[1];
    leaf_freed(&guest, true);
    check("and then the first one does", own(), (1U << 1) | (1U << 2));

    reset();
    leaf_freed(&guest, false);
    leaf_freed(&guest, true);
    check("RAM after what is not", own(), 1U << 1);
}

static void strange_domains(void)
{
    reset();
    guest.vcpu = NULL;
    current = &toolstack_vcpu;
    remove_page(&guest);
    check("foreign removal, no vCPU array", flagged(), 0);
    xen_rs_flag_all(current, &guest);
    leave();
    check("  nor to be kicked", kicked(), 0);

    reset();
    guest_vcpus[0] = NULL;
    current = &toolstack_vcpu;
    remove_page(&guest);
    check("foreign removal, no vCPU", flagged(), 0);

    reset();
    current = &toolstack_vcpu;
    guest_vcpu[1].next_in_list = NULL;
    remove_page(&guest);
    check("foreign removal, two vCPUs so far", flagged(), 3);
}

static void all_flagged(void)
{
    reset();
    current = &toolstack_vcpu;
    remove_page(&guest);
    check("all flagged", guest.arch.p2m.mapcache_all_flagged, true);

    /* That the walk is spared shows where somebody else has cleared a flag. */
    guest_vcpu[3].arch.mapcache_foreign = false;
    remove_page(&guest);
    check("no walk while all are flagged", flagged(), EVERY & ~(1U << 3));

    current = &guest_vcpu[0];
    leave();
    check("who sends ends it", guest.arch.p2m.mapcache_all_flagged, false);
    check("  and is flagged no more", flagged(), 6);
    current = &toolstack_vcpu;
    remove_page(&guest);
    check("  so that the next removal flags all", flagged(), EVERY);

    /* Who has nothing foreign does not end it. */
    reset();
    current = &toolstack_vcpu;
    remove_page(&guest);
    guest_vcpu[2].arch.mapcache_foreign = false;
    current = &guest_vcpu[2];
    leaf_freed(&guest, true);
    leave();
    check("a vCPU that is not flagged sends its own", broadcasts(), 1);
    check("  and does not end it", guest.arch.p2m.mapcache_all_flagged, true);
}

void removals(void)
{
    table();
    repeated();
    strange_domains();
    all_flagged();
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
