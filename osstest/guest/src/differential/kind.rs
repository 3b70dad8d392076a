// SPDX-License-Identifier: GPL-2.0-only

//! The kinds of operations.

/// A kind of operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Kind {
    /// A hypercall that does nothing.
    Null,
    /// XENMEM_decrease_reservation of a page.
    Decrease,
    /// Of several, each an extent of its own.
    DecreaseArray,
    /// Of an extent of order 9.
    DecreaseSuperpage,
    /// Of a page of a superpage.
    PunchSuperpage,
    /// XENMEM_populate_physmap of a page.
    Populate,
    /// Of several, each an extent of its own.
    PopulateArray,
    /// Of an extent of order 9.
    PopulateSuperpage,
    /// XENMEM_increase_reservation.
    Increase,
    /// XENMEM_remove_from_physmap.
    Remove,
    /// XENMEM_add_to_physmap of shared_info, and back.
    SharedInfo,
    /// XENMEM_add_to_physmap of the grant table, and its removal.
    GrantTable,
    /// XENMAPSPACE_gmfn_foreign of a page.
    Foreign,
    /// Of several with one XENMEM_add_to_physmap_batch, not all of which exist.
    ForeignBatch,
    /// GNTTABOP_map_grant_ref.
    GrantMap,
    /// GNTTABOP_unmap_grant_ref, of any that was mapped.
    GrantUnmap,
    /// Several calls in one hypercall.
    Multicall,
    /// A read of a register.
    MmioRead,
    /// A write of a register, which is read back.
    MmioWrite,
    /// Arguments that Xen has to refuse.
    Bad,
    /// XENMEM_remove_from_physmap by dom0.
    ByDom0Remove,
    /// XENMEM_decrease_reservation of several by dom0.
    ByDom0Decrease,
    /// Several XENMEM_remove_from_physmap by dom0 while the domU is paused.
    ByDom0Paused,
    /// dom0 registers, enables, disables and destroys servers.
    Servers,
    /// dom0 removes a page while a vCPU waits for its access to be completed.
    DuringMmio,
    /// dom0 removes a page while a vCPU waits for its invalidation to be
    /// completed.
    DuringInvalidation,
}

/// All of them, with their names and how often each comes among a thousand.
#[rustfmt::skip]
pub const KINDS: [(Kind, &str, u64); 26] = [
    (Kind::Null,               "null", 40),
    (Kind::Decrease,           "decrease", 130),
    (Kind::DecreaseArray,      "decrease-array", 60),
    (Kind::DecreaseSuperpage,  "decrease-superpage", 0),
    (Kind::PunchSuperpage,     "punch-superpage", 0),
    (Kind::Populate,           "populate", 140),
    (Kind::PopulateArray,      "populate-array", 60),
    (Kind::PopulateSuperpage,  "populate-superpage", 0),
    (Kind::Increase,           "increase", 10),
    (Kind::Remove,             "remove", 100),
    (Kind::SharedInfo,         "shared-info", 15),
    (Kind::GrantTable,         "grant-table", 25),
    (Kind::Foreign,            "foreign", 50),
    (Kind::ForeignBatch,       "foreign-batch", 30),
    (Kind::GrantMap,           "grant-map", 60),
    (Kind::GrantUnmap,         "grant-unmap", 50),
    (Kind::Multicall,          "multicall", 60),
    (Kind::MmioRead,           "mmio-read", 30),
    (Kind::MmioWrite,          "mmio-write", 20),
    (Kind::Bad,                "bad", 40),
    (Kind::ByDom0Remove,       "by-dom0-remove", 30),
    (Kind::ByDom0Decrease,     "by-dom0-decrease", 15),
    (Kind::ByDom0Paused,       "by-dom0-paused", 10),
    (Kind::Servers,            "servers", 10),
    (Kind::DuringMmio,         "during-mmio", 10),
    (Kind::DuringInvalidation, "during-invalidation", 5),
];

/// What comes in those few episodes that have superpages, so often among a
/// thousand: they take long.
pub const SUPERPAGES: [(Kind, u64); 3] = [
    (Kind::DecreaseSuperpage, 15),
    (Kind::PunchSuperpage, 25),
    (Kind::PopulateSuperpage, 10),
];

impl Kind {
    /// Its place among [`KINDS`].
    pub const fn number(self) -> usize {
        self as usize
    }

    /// The one of that place.
    pub fn of(number: u64) -> Option<Self> {
        let number = usize::try_from(number).ok()?;
        KINDS.get(number).map(|(kind, ..)| *kind)
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        KINDS[self.number()].1
    }

    /// Whether Xen may preempt it between two of its parts, and send an
    /// invalidation each time. When it does so is a matter of time.
    pub const fn preemptible(self) -> bool {
        matches!(
            self,
            Self::DecreaseArray | Self::PopulateArray | Self::ForeignBatch | Self::Multicall
        )
    }

    /// Whether it is one that Xen has to refuse.
    pub const fn must_fail(self) -> bool {
        matches!(self, Self::Bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        for (n, (kind, name, _)) in KINDS.iter().enumerate() {
            assert_eq!(kind.number(), n);
            assert_eq!(kind.name(), *name);
            assert_eq!(Kind::of(n as u64), Some(*kind));
        }
        assert_eq!(Kind::of(KINDS.len() as u64), None);
    }

    #[test]
    fn the_shares_are_of_a_thousand() {
        assert_eq!(KINDS.iter().map(|(.., share)| share).sum::<u64>(), 1000);
    }
}
