/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_TIME_H
#define HOST_XEN_TIME_H

#include <xen/types.h>

typedef int64_t s_time_t;

s_time_t get_s_time(void);

#endif /* HOST_XEN_TIME_H */
