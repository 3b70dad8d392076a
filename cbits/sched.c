/* SPDX-License-Identifier: GPL-2.0-only */

#include <xen/sched.h>

#include "rust_helpers.h"

void rust_helper_rcu_unlock_domain(struct domain *d)
{
    rcu_unlock_domain(d);
}

bool rust_helper_in_multicall(const struct vcpu *v)
{
    return v->mc_state.flags & MCSF_in_multicall;
}

bool rust_helper_vcpu_runnable(const struct vcpu *v)
{
    return vcpu_runnable(v);
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
