/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_ASM_CURRENT_H
#define HOST_ASM_CURRENT_H

struct vcpu;

/* Each thread of the harness is a pCPU. */
extern _Thread_local struct vcpu *current;

#endif /* HOST_ASM_CURRENT_H */
