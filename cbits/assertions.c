/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What Rust takes for granted of Xen's types and functions. Emits no code. For
 * the fields that it reads, see layout.c.
 */

#include <xen/init.h>
#include <xen/ioreq.h>
#include <xen/lib.h>

#include <asm/p2m.h>

#include <xen_rs.h>

static void __init __maybe_unused build_assertions(void)
{
    /* Rust's names for p2m_type_t. */
    BUILD_BUG_ON(p2m_ram_rw != XEN_RS_P2M_RAM_RW);
    BUILD_BUG_ON(p2m_ram_ro != XEN_RS_P2M_RAM_RO);

    /* Those two and no other type are RAM. */
    BUILD_BUG_ON(P2M_RAM_TYPES != (p2m_to_mask(XEN_RS_P2M_RAM_RW) |
                                   p2m_to_mask(XEN_RS_P2M_RAM_RO)));

    /* xen_rs_p2m_leaf_freed() takes a p2m_type_t as an unsigned int. */
    BUILD_BUG_ON(sizeof(p2m_type_t) != sizeof(unsigned int));

    /* What it calls. */
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(domain_has_ioreq_server),
                     bool (const struct domain *)));
    BUILD_BUG_ON(!__builtin_types_compatible_p(
                     typeof(ioreq_signal_mapcache_invalidate), void (void)));
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
