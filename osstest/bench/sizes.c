/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sizes of the structures that the mapcache invalidation is about, by the
 * technique of asm-offsets.c: osstest/ts-bench-build compiles this in a tree of
 * Xen and reads the assembly.
 */
#include <xen/ioreq.h>
#include <xen/sched.h>
#include <asm/p2m.h>

#define SIZEOF(name) \
    asm volatile ( "\n.ascii \"==>BENCH sizeof-" #name " bytes=%0<==\"" \
                   :: "i" (sizeof(struct name)) )

void sizes(void);

void sizes(void)
{
    SIZEOF(vcpu);
    SIZEOF(arch_vcpu);
    SIZEOF(vcpu_io);
    SIZEOF(domain);
    SIZEOF(p2m_domain);
    SIZEOF(ioreq_server);
}
