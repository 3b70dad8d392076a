/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_TYPES_H
#define HOST_XEN_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint16_t domid_t;

#endif /* HOST_XEN_TYPES_H */
