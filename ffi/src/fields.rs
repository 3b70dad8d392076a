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
    /// `vcpu`: the array of the domain's vCPUs.
    pub const VCPU: Field<Self, *mut *mut vcpu> = Field::at(offsets::DOMAIN_VCPU);
}

impl vcpu {
    /// `domain`: the domain that the vCPU belongs to.
    pub const DOMAIN: Field<Self, *mut domain> = Field::at(offsets::VCPU_DOMAIN);
    /// `mapcache_invalidate`: the vCPU has a pending mapcache invalidation.
    pub const MAPCACHE_INVALIDATE: Field<Self, bool> = Field::at(offsets::VCPU_MAPCACHE_INVALIDATE);
    /// `next_in_list`: the domain's next vCPU.
    pub const NEXT_IN_LIST: Field<Self, *mut vcpu> = Field::at(offsets::VCPU_NEXT_IN_LIST);
}
