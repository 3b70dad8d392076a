/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_PUBLIC_MEMORY_H
#define HOST_PUBLIC_MEMORY_H

#define XENMEM_decrease_reservation 1
#define XENMEM_exchange             11

#endif /* HOST_PUBLIC_MEMORY_H */
