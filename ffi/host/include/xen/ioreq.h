/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_IOREQ_H
#define HOST_XEN_IOREQ_H

#include <xen/types.h>

bool ioreq_signal_mapcache_invalidate(void);

#endif /* HOST_XEN_IOREQ_H */
