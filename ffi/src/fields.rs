// SPDX-License-Identifier: GPL-2.0-only

//! The fields of Xen's structures that the component reads.
//!
//! The offsets are those of the compiler that compiles Xen, which looks at the
//! types too: `cbits/layout.c`.

use core::marker::PhantomData;

use crate::{domain, vcpu};

mod offsets {
    include!(concat!(env!("OUT_DIR"), "/offsets.rs"));
}

/// Where a field of type `T` is in the structure `S`.
#[derive(Debug)]
pub struct Field<S, T> {
    offset: usize,
    of: PhantomData<fn(S) -> T>,
}

impl<S, T> Field<S, T> {
    const fn at(offset: usize) -> Self {
        Self {
            offset,
            of: PhantomData,
        }
    }

    /// How many bytes the field is from the start of the structure.
    #[must_use]
    pub const fn offset(&self) -> usize {
        self.offset
    }

    /// The address of the field in the structure at `s`.
    #[inline]
    #[must_use]
    pub const fn of(&self, s: *const S) -> *const T {
        s.wrapping_byte_add(self.offset).cast()
    }
}

impl domain {
    /// `creation_finished`: the toolstack has finished building the domain.
    pub const CREATION_FINISHED: Field<Self, bool> = Field::at(offsets::DOMAIN_CREATION_FINISHED);
    /// `domain_id`.
    pub const DOMAIN_ID: Field<Self, u16> = Field::at(offsets::DOMAIN_DOMAIN_ID);
    /// `arch.p2m.mapcache_flagged`: whose removals are flagged.
    pub const MAPCACHE_FLAGGED: Field<Self, usize> = Field::at(offsets::DOMAIN_MAPCACHE_FLAGGED);
    /// `arch.p2m.mapcache_stats.deferred`: how often an invalidation was deferred.
    pub const MAPCACHE_DEFERRED: Field<Self, u32> = Field::at(offsets::DOMAIN_MAPCACHE_DEFERRED);
    /// `arch.p2m.mapcache_stats.expired`: how often it could not wait any further.
    pub const MAPCACHE_EXPIRED: Field<Self, u32> = Field::at(offsets::DOMAIN_MAPCACHE_EXPIRED);
    /// `arch.p2m.mapcache_stats.rearmed`: how often a shutdown put it off.
    pub const MAPCACHE_REARMED: Field<Self, u32> = Field::at(offsets::DOMAIN_MAPCACHE_REARMED);
    /// `arch.p2m.mapcache_stats.sent`: how often one was sent.
    pub const MAPCACHE_SENT: Field<Self, u32> = Field::at(offsets::DOMAIN_MAPCACHE_SENT);
    /// `vcpu`: the array of the domain's vCPUs.
    pub const VCPU: Field<Self, *mut *mut vcpu> = Field::at(offsets::DOMAIN_VCPU);
}

impl vcpu {
    /// `domain`: the domain that the vCPU belongs to.
    pub const DOMAIN: Field<Self, *mut domain> = Field::at(offsets::VCPU_DOMAIN);
    /// `arch.mapcache_foreign`: the vCPU is flagged for a foreign removal.
    pub const MAPCACHE_FOREIGN: Field<Self, bool> = Field::at(offsets::VCPU_MAPCACHE_FOREIGN);
    /// `arch.mapcache_own`: what the vCPU has to send for its own removals.
    pub const MAPCACHE_OWN: Field<Self, u8> = Field::at(offsets::VCPU_MAPCACHE_OWN);
    /// `arch.mapcache_since`: since when that is deferred.
    pub const MAPCACHE_SINCE: Field<Self, i64> = Field::at(offsets::VCPU_MAPCACHE_SINCE);
    /// `arch.mapcache_target`: the domain whose RAM the vCPU removed.
    pub const MAPCACHE_TARGET: Field<Self, u16> = Field::at(offsets::VCPU_MAPCACHE_TARGET);
    /// `next_in_list`: the domain's next vCPU.
    pub const NEXT_IN_LIST: Field<Self, *mut vcpu> = Field::at(offsets::VCPU_NEXT_IN_LIST);
}
