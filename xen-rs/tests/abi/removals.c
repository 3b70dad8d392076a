/* SPDX-License-Identifier: GPL-2.0-only */
/* The decision table: who is flagged for which removal. */

#include <stdio.h>

#include "machine.h"

/* A removal by the guest, or by the toolstack if foreign. */
static void removal(bool foreign, bool is_ram, bool server, bool created)
{
    char name[80];
    bool needed = is_ram && server && (created || !foreign);

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
    check("  the remover's duty", toolstack_vcpu.arch.mapcache_own,
          needed && foreign ? OWN_FOREIGN : 0);
    check("  who has flagged", guest.arch.p2m.mapcache_flagged,
          needed ? vcpu_id(current) : server ? WATCH : XEN_RS_NO_SERVER);
    check("  no vCPU before the remover leaves", flagged(), 0);

    if ( foreign )
        leave();
    check("  every vCPU when it has left", flagged(),
          needed && foreign ? EVERY : 0);
    check("  the next removal is flagged", guest.arch.p2m.mapcache_flagged,
          needed && !foreign ? vcpu_id(current)
                             : server ? WATCH : XEN_RS_NO_SERVER);
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

    reset();
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    toolstack_vcpu.arch.mapcache_own = 0;
    leaf_freed(&guest, true);
    check("nor does another domain's vCPU", toolstack_vcpu.arch.mapcache_own,
          0);

    /* Nothing was flagged then, so the next removal is looked at. */
    reset();
    guest.creation_finished = false;
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    guest.creation_finished = true;
    leaf_freed(&guest, true);
    leave();
    check("the builder removes from a domain that is created by now",
          flagged(), EVERY);
}

static void strange_domains(void)
{
    reset();
    guest.vcpu = NULL;
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    check("foreign removal, no vCPU array", flagged(), 0);
    xen_rs_flag_all(current, &guest);
    leave();
    check("  nor to be kicked", kicked(), 0);

    reset();
    guest_vcpus[0] = NULL;
    current = &toolstack_vcpu;
    leaf_freed(&guest, true);
    leave();
    check("foreign removal, no vCPU", flagged(), 0);

    reset();
    current = &toolstack_vcpu;
    guest_vcpu[1].next_in_list = NULL;
    leaf_freed(&guest, true);
    leave();
    check("foreign removal, two vCPUs so far", flagged(), 3);
}

void removals(void)
{
    table();
    repeated();
    strange_domains();
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
