/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_ASM_REGS_H
#define HOST_ASM_REGS_H

#include <xen/types.h>

/* The guest may be of either kind. */
#define CONFIG_ARM_64

typedef unsigned long register_t;

struct cpu_user_regs
{
    register_t r0, r12;
    register_t x0, x16;
};

extern _Thread_local struct cpu_user_regs host_regs;

static inline struct cpu_user_regs *guest_cpu_user_regs(void)
{
    return &host_regs;
}

#endif /* HOST_ASM_REGS_H */
