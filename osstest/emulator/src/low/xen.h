/* SPDX-License-Identifier: GPL-2.0-only */
/* What bindgen reads. */

/* As a tool, one sees more of the interface. */
#define __XEN_TOOLS__ 1

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/types.h>

#include <xendevicemodel.h>
#include <xenevtchn.h>
#include <xenforeignmemory.h>
#include <xenstore.h>

#include <xen/hvm/dm_op.h>
#include <xen/hvm/ioreq.h>
#include <xen/hvm/hvm_op.h>
#include <xen/memory.h>

/*
 * Macros that bindgen cannot evaluate, or to which it would give another type
 * than that of what they are for, as constants that this file names.
 */
static const unsigned long frame_ioreq =
    XENMEM_resource_ioreq_server_frame_ioreq(0);
static const uint16_t domid_self = DOMID_SELF;
static const uint8_t ioresp_ready = STATE_IORESP_READY;
