// SPDX-License-Identifier: GPL-2.0-only

//! A map cache: mappings of guest memory that an ioreq server keeps, and what it has
//! to do with them when Xen sends `IOREQ_TYPE_INVALIDATE`.
//!
//! The contract: **before it completes the ioreq, no mapping is left that was made
//! before the ioreq arrived.** So on INVALIDATE:
//!
//! ```
//! # use mapcache::{MapCache, Memory};
//! # struct Guest;
//! # impl Memory for Guest {
//! #     type Mapping = u64;
//! #     type Error = ();
//! #     fn map(&mut self, gfn: u64) -> Result<u64, ()> { Ok(gfn) }
//! # }
//! # fn complete_the_ioreq() {}
//! # let mut cache = MapCache::new(Guest);
//! let in_use = cache.get(1)?; // by a request of the device, say
//! cache.invalidate();
//! assert!(!cache.is_quiesced()); // not yet: the page is still in use
//! drop(in_use);
//! assert!(cache.is_quiesced());
//! complete_the_ioreq();
//! # Ok::<(), ()>(())
//! ```
//!
//! A mapping that is in use is not handed out again after an invalidation: whoever
//! wants the page gets a new mapping, of what the guest has there now. Threads share
//! a cache in a mutex that is held over `get()`, as it maps: then no mapping that was
//! begun before an invalidation can enter the cache after it.

#![no_std]

extern crate alloc;

use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};

/// The number of a page of guest memory.
pub type Gfn = u64;

/// The guest's memory, to be mapped page by page.
pub trait Memory {
    /// A mapping. It ends when it is dropped, and not before: Xen lets the page go
    /// when the last mapping of it ends.
    type Mapping;
    /// Why a page cannot be mapped.
    type Error;

    /// Maps a page as the guest has it now.
    ///
    /// # Errors
    ///
    /// If the guest has no page there.
    fn map(&mut self, gfn: Gfn) -> Result<Self::Mapping, Self::Error>;
}

/// What a map cache has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Mappings made.
    pub mapped: u64,
    /// Mappings handed out that were there already.
    pub hits: u64,
    /// Mappings dropped.
    pub dropped: u64,
    /// Invalidations.
    pub invalidations: u64,
}

/// The mappings, by page number.
pub struct MapCache<M: Memory> {
    memory: M,
    current: BTreeMap<Gfn, Arc<M::Mapping>>,
    /// From before the last invalidation, and then in use.
    retired: Vec<Arc<M::Mapping>>,
    stats: Stats,
}

impl<M: Memory> MapCache<M> {
    /// An empty one.
    pub fn new(memory: M) -> Self {
        Self {
            memory,
            current: BTreeMap::new(),
            retired: Vec::new(),
            stats: Stats::default(),
        }
    }

    /// What it has done so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// The mapping of a page, made if there is none. It is in use until what is
    /// returned is dropped, and all its clones.
    ///
    /// # Errors
    ///
    /// If the page cannot be mapped.
    pub fn get(&mut self, gfn: Gfn) -> Result<Arc<M::Mapping>, M::Error> {
        if let Some(mapping) = self.current.get(&gfn) {
            self.stats.hits += 1;
            return Ok(mapping.clone());
        }
        let mapping = Arc::new(self.memory.map(gfn)?);
        self.stats.mapped += 1;
        self.current.insert(gfn, mapping.clone());
        Ok(mapping)
    }

    /// What to do when INVALIDATE arrives: ends every mapping, or, of those in use,
    /// sees to it that they are not handed out again. The ioreq may be completed
    /// as soon as the cache [is quiesced](Self::is_quiesced).
    pub fn invalidate(&mut self) {
        self.stats.invalidations += 1;
        self.retired
            .extend(core::mem::take(&mut self.current).into_values());
        self.end_retired();
    }

    /// Whether no mapping is left from before the last invalidation. To be asked
    /// again whenever a use has ended.
    pub fn is_quiesced(&mut self) -> bool {
        self.end_retired();
        self.retired.is_empty()
    }

    /// Ends what nobody uses any more. It is the cache that does, not the user: when
    /// this returns, it is over, on whatever thread the last use was.
    fn end_retired(&mut self) {
        let before = self.retired.len();
        self.retired
            .retain_mut(|mapping| Arc::get_mut(mapping).is_none());
        self.stats.dropped += (before - self.retired.len()) as u64;
    }
}

#[cfg(test)]
mod tests;
