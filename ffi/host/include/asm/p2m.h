/* SPDX-License-Identifier: GPL-2.0-only */

#ifndef HOST_ASM_P2M_H
#define HOST_ASM_P2M_H

typedef enum {
    p2m_invalid = 0,
    p2m_ram_rw,
    p2m_ram_ro,
    p2m_mmio_direct_dev,
    p2m_mmio_direct_nc,
    p2m_mmio_direct_c,
    p2m_map_foreign_rw,
    p2m_map_foreign_ro,
    p2m_grant_map_rw,
    p2m_grant_map_ro,
    p2m_iommu_map_rw,
    p2m_iommu_map_ro,
    p2m_max_real_type,
} p2m_type_t;

#define p2m_to_mask(_t) (1UL << (_t))
#define P2M_RAM_TYPES (p2m_to_mask(p2m_ram_rw) | p2m_to_mask(p2m_ram_ro))

#endif /* HOST_ASM_P2M_H */
