/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine of a few domains, and Xen's C around the exports. */

#ifndef ABI_MACHINE_H
#define ABI_MACHINE_H

#include <xen/host.h>
#include <xen/mapcache.h>
#include <xen/sched.h>

#define NR_VCPUS 4
#define EVERY ((1U << NR_VCPUS) - 1)

/* What a `struct arch_vcpu` has in mapcache_own: see pending.rs. */
#define OWN_DUE      1
#define OWN_DEFERRED 2
#define OWN_FOREIGN  4

/* P2M->mapcache_flagged with an ioreq server, and nothing flagged. */
#define WATCH 1UL

/* The guest has an ioreq server. Nobody has one of the others. */
extern struct domain guest, second, toolstack, idle;
extern struct vcpu guest_vcpu[NR_VCPUS], second_vcpu, toolstack_vcpu, idle_vcpu;
extern struct vcpu *guest_vcpus[NR_VCPUS];

extern unsigned int failed;

/* Prints a line for a case: the harness is asked how many there were. */
void check(const char *name, unsigned long got, unsigned long want);

/* The guest is running on vCPU 1, which is current. */
void reset(void);

/* Names the vCPU as mapcache_id() does. */
unsigned long vcpu_id(const struct vcpu *v);

/* The vCPUs of the guest with a foreign removal to send for, as a bitmap. */
unsigned int flagged(void);
/* And those with a removal of their own. */
unsigned int own(void);
/* And those that were kicked. */
unsigned int kicked(void);
/* And how often they have sent, added up. */
unsigned int broadcasts(void);

/* What xen/mapcache.h has: the peek, then the call. */
void leaf_freed(struct domain *d, bool is_ram);
void hypercall_preempted(bool continues);
/* One look for work, as of check_for_vcpu_work(); whether to look again. */
bool look_for_work(void);
/* All looks until there is no work. */
void leave(void);

void removals(void);
void sends(void);
void deferrals(void);
void kicks(void);
void servers(void);
void continuations(void);
void races(void);

#endif /* ABI_MACHINE_H */
