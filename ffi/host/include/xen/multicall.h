/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_MULTICALL_H
#define HOST_XEN_MULTICALL_H

#define MCSF_in_multicall 1

struct mc_state
{
    unsigned long flags;
};

#endif /* HOST_XEN_MULTICALL_H */
