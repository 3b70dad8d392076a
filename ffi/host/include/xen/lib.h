/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_LIB_H
#define HOST_XEN_LIB_H

#include <xen/types.h>

#define BUILD_BUG_ON(cond) _Static_assert(!(cond), "!(" #cond ")")
#define sizeof_field(type, member) sizeof(((type *)NULL)->member)
#define __maybe_unused __attribute__((__unused__))

#endif /* HOST_XEN_LIB_H */
