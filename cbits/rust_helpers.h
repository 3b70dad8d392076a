/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Xen's headers offer only as macros or inlines, as functions for Rust;
 * and what C sets for Rust to read.
 */

#ifndef RUST_HELPERS_H
#define RUST_HELPERS_H

#include <xen/time.h>
#include <xen/types.h>

struct domain;
struct vcpu;

/* <xen/sched.h> */
bool rust_helper_in_multicall(const struct vcpu *v);
void rust_helper_rcu_unlock_domain(struct domain *d);
bool rust_helper_vcpu_runnable(const struct vcpu *v);

/* foreign.c */
void mapcache_foreign_removal(struct domain *d);

/* defer.c */
extern s_time_t mapcache_defer_limit;

#endif /* RUST_HELPERS_H */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
