/* SPDX-License-Identifier: GPL-2.0-only */

#include <xen/multicall.h>
#include <xen/sched.h>

#include "rust_helpers.h"

bool rust_helper_in_multicall(const struct vcpu *v)
{
    return v->mc_state.flags & MCSF_in_multicall;
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
