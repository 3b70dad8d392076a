/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_XEN_INIT_H
#define HOST_XEN_INIT_H

#define __init

#endif /* HOST_XEN_INIT_H */
