/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What bindgen reads. Xen's public headers want the fixed-width types of
 * stdint.h; the compiler's own names for them spare us a C library.
 */
typedef __INT8_TYPE__ int8_t;
typedef __INT16_TYPE__ int16_t;
typedef __INT32_TYPE__ int32_t;
typedef __INT64_TYPE__ int64_t;
typedef __UINT8_TYPE__ uint8_t;
typedef __UINT16_TYPE__ uint16_t;
typedef __UINT32_TYPE__ uint32_t;
typedef __UINT64_TYPE__ uint64_t;
/* AMD's trees have it in sysctl.h. */
typedef _Bool bool;

/* dm_op.h and domctl.h are for the toolstack, whose place dom0 takes. */
#define __XEN_TOOLS__

#include "xen.h"
#include "domctl.h"
#include "event_channel.h"
#include "grant_table.h"
#include "memory.h"
#include "sched.h"
#include "sysctl.h"
#include "version.h"
#include "hvm/dm_op.h"
#include "hvm/hvm_op.h"
#include "hvm/ioreq.h"

/*
 * Macros that bindgen cannot evaluate, or to which it would give another type
 * than that of the field they are for, under names of our own.
 */
static const uint64_t guest_ram_base = GUEST_RAM0_BASE;
static const uint64_t guest_gicr_base = GUEST_GICV3_GICR0_BASE;
static const uint64_t guest_timer_ppi = GUEST_TIMER_VIRT_PPI;
static const uint64_t guest_virtio_mmio_base = GUEST_VIRTIO_MMIO_BASE;
static const uint16_t domid_self = DOMID_SELF;
static const uint32_t domain_is_dying = XEN_DOMINF_dying;
static const uint32_t domain_is_shut_down = XEN_DOMINF_shutdown;
static const uint32_t domain_shut_down_mask = XEN_DOMINF_shutdownmask;
static const uint32_t domain_shut_down_shift = XEN_DOMINF_shutdownshift;
static const uint16_t gtf_permit_access = GTF_permit_access;
static const uint8_t bufioreq_off = HVM_IOREQSRV_BUFIOREQ_OFF;
static const uint8_t bufioreq_atomic = HVM_IOREQSRV_BUFIOREQ_ATOMIC;
static const uint8_t ioresp_ready = STATE_IORESP_READY;
static const uint16_t mapspace_gmfn_foreign = XENMAPSPACE_gmfn_foreign;
static const uint16_t resource_ioreq_server = XENMEM_resource_ioreq_server;
static const uint64_t resource_ioreq_frame =
    XENMEM_resource_ioreq_server_frame_ioreq(0);
