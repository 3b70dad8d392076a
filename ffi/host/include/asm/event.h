/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_ASM_EVENT_H
#define HOST_ASM_EVENT_H

struct vcpu;

void vcpu_kick(struct vcpu *v);

#endif /* HOST_ASM_EVENT_H */
