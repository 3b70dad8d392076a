/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_HYPERCALL_H
#define HOST_XEN_HYPERCALL_H

#define __HYPERVISOR_memory_op 12

#define MEMOP_EXTENT_SHIFT 6
#define MEMOP_CMD_MASK     ((1 << MEMOP_EXTENT_SHIFT) - 1)

#endif /* HOST_XEN_HYPERCALL_H */
