// SPDX-License-Identifier: GPL-2.0-only

//! Must the removal of a leaf from a P2M be told to the emulators, and by whom?
//!
//! Pure functions on plain values. They replace the condition in
//! `p2m_free_entry()` (`xen/arch/arm/mmu/p2m.c`, up to 4.18
//! `xen/arch/arm/p2m.c`) and the branches of
//! `ioreq_request_mapcache_invalidate()` (`xen/common/ioreq.c`).
//!
//! | who removes | leaf | ioreq server | told by |
//! |---|---|---|---|
//! | the guest itself | RAM | yes | the vCPU that removes it |
//! | another domain, target created | RAM | yes | every vCPU of the target |
//! | another domain, target under construction | RAM | yes | nobody |
//! | anyone | RAM | no | nobody |
//! | anyone | not RAM | any | nobody |

/// The type of a P2M leaf: C's `p2m_type_t`, a 4-bit field of the entry.
///
/// Values without a name here are types that no emulator can have in its
/// mapcache; there is no invalid value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct P2mType(pub u32);

impl P2mType {
    /// `p2m_ram_rw`: read/write guest RAM.
    pub const RAM_RW: Self = Self(1);
    /// `p2m_ram_ro`: guest RAM whose writes are dropped. An emulator maps it
    /// like any other RAM.
    pub const RAM_RO: Self = Self(2);

    /// Whether the leaf maps RAM that the guest owns: C's `p2m_is_ram()`.
    ///
    /// Grant and foreign mappings are not: the pages are another domain's, and
    /// leave this P2M without changing hands.
    #[inline]
    #[must_use]
    pub const fn is_ram(self) -> bool {
        matches!(self, Self::RAM_RW | Self::RAM_RO)
    }
}

/// Who takes the page out of the domain's P2M.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remover {
    /// The domain itself: C's `d == current->domain`.
    Guest,
    /// Another domain, such as the toolstack's.
    Other {
        /// C's `d->creation_finished`. Until then no vCPU of the domain has
        /// run, and the pages that come and go are the builder's doing.
        creation_finished: bool,
    },
}

/// Which vCPUs have to tell the emulators, each at its own next return to the
/// guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tell {
    /// None: no emulator can hold the page.
    Nobody,
    /// The vCPU that is executing the removal.
    CurrentVcpu,
    /// Every vCPU of the domain that loses the page. The remover is no vCPU of
    /// that domain and cannot send on its behalf, and any of the domain's
    /// vCPUs may be the next to run on.
    EveryVcpu,
}

/// Whether the emulators must be told that a leaf of type `leaf` was freed.
///
/// `has_ioreq_server` says whether any ioreq server is registered for the
/// domain that loses the page: C's `domain_has_ioreq_server()`. It is asked
/// for RAM only, because the answer takes a search.
#[inline]
#[must_use]
pub fn must_be_told(leaf: P2mType, has_ioreq_server: impl FnOnce() -> bool) -> bool {
    leaf.is_ram() && has_ioreq_server()
}

/// Who tells the emulators of a removal by `remover` that
/// [must be told](must_be_told).
#[inline]
#[must_use]
pub const fn who_tells(remover: Remover) -> Tell {
    match remover {
        Remover::Guest => Tell::CurrentVcpu,
        Remover::Other {
            creation_finished: true,
        } => Tell::EveryVcpu,
        Remover::Other {
            creation_finished: false,
        } => Tell::Nobody,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Every value of the 4-bit field, and whether it is RAM.
    const LEAVES: [(&str, u32, bool); 16] = [
        ("p2m_invalid", 0, false),
        ("p2m_ram_rw", 1, true),
        ("p2m_ram_ro", 2, true),
        ("p2m_mmio_direct_dev", 3, false),
        ("p2m_mmio_direct_nc", 4, false),
        ("p2m_mmio_direct_c", 5, false),
        ("p2m_map_foreign_rw", 6, false),
        ("p2m_map_foreign_ro", 7, false),
        ("p2m_grant_map_rw", 8, false),
        ("p2m_grant_map_ro", 9, false),
        ("p2m_iommu_map_rw", 10, false),
        ("p2m_iommu_map_ro", 11, false),
        ("unnamed", 12, false),
        ("unnamed", 13, false),
        ("unnamed", 14, false),
        ("unnamed", 15, false),
    ];

    #[test]
    fn with_a_server_ram_and_nothing_else_must_be_told() {
        for (name, value, ram) in LEAVES {
            let told = must_be_told(P2mType(value), || true);
            assert_eq!(told, ram, "{name} {value}");
        }
    }

    #[test]
    fn without_a_server_nothing_must_be_told() {
        for (name, value, _) in LEAVES {
            assert!(!must_be_told(P2mType(value), || false), "{name} {value}");
        }
    }

    #[test]
    fn servers_are_searched_for_ram_only() {
        for (name, value, ram) in LEAVES {
            let mut searched = false;
            let _ = must_be_told(P2mType(value), || {
                searched = true;
                false
            });
            assert_eq!(searched, ram, "{name} {value}");
        }
    }

    // C's p2m_is_ram() shifts by the type; ours must not fold a larger value
    // back onto RAM.
    #[test]
    fn no_value_beyond_the_field_is_ram() {
        for bit in 4..32 {
            for ram in [P2mType::RAM_RW, P2mType::RAM_RO] {
                let beyond = P2mType(ram.0 | (1 << bit));
                assert!(!beyond.is_ram(), "{beyond:?}");
            }
        }
    }

    #[test]
    fn a_guest_tells_of_its_own_removals_on_the_vcpu_that_made_them() {
        assert_eq!(who_tells(Remover::Guest), Tell::CurrentVcpu);
    }

    #[test]
    fn every_vcpu_tells_of_another_domains_removals() {
        let created = Remover::Other {
            creation_finished: true,
        };
        assert_eq!(who_tells(created), Tell::EveryVcpu);
    }

    #[test]
    fn nobody_tells_while_the_domain_is_built() {
        let under_construction = Remover::Other {
            creation_finished: false,
        };
        assert_eq!(who_tells(under_construction), Tell::Nobody);
    }
}
