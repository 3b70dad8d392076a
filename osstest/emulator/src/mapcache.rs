// SPDX-License-Identifier: GPL-2.0-only

//! The map cache: mappings of guest memory, made when a page is first wanted and
//! kept until the guest says that they may no longer be what they were.

use crate::{Gfn, Page};
use std::{collections::HashMap, io};

/// The guest's memory, to be mapped page by page.
pub trait Memory {
    /// A mapping; it ends when it is dropped.
    type Mapping: Mapping;

    /// Maps a page, if the guest has one there.
    fn map(&mut self, gfn: Gfn) -> io::Result<Self::Mapping>;
}

/// A mapped page.
pub trait Mapping {
    /// Reads what is in it now.
    fn read(&self) -> Page;
}

/// What a map cache has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Mappings made.
    pub mapped: u64,
    /// Reads through a mapping that was there already.
    pub hits: u64,
    /// Mappings dropped.
    pub dropped: u64,
    /// Invalidations received.
    pub invalidations: u64,
}

/// The mappings, by page number.
pub struct MapCache<M: Memory> {
    memory: M,
    mappings: HashMap<Gfn, M::Mapping>,
    stats: Stats,
}

impl<M: Memory> MapCache<M> {
    /// An empty one.
    pub fn new(memory: M) -> Self {
        Self {
            memory,
            mappings: HashMap::new(),
            stats: Stats::default(),
        }
    }

    /// What it has done so far.
    pub fn stats(&self) -> Stats {
        self.stats
    }

    /// Reads a page, through its mapping if there is one.
    pub fn read(&mut self, gfn: Gfn) -> io::Result<Page> {
        if let Some(mapping) = self.mappings.get(&gfn) {
            self.stats.hits += 1;
            return Ok(mapping.read());
        }
        let mapping = self.memory.map(gfn)?;
        self.stats.mapped += 1;
        let page = mapping.read();
        self.mappings.insert(gfn, mapping);
        Ok(page)
    }

    /// Forgets every mapping.
    pub fn invalidate(&mut self) {
        self.stats.dropped += self.mappings.len() as u64;
        self.stats.invalidations += 1;
        self.mappings.clear();
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::PAGE_WORDS;
    use std::{cell::RefCell, rc::Rc};

    /// A guest whose pages can be exchanged under its emulator, as a hypervisor
    /// does: a mapping keeps the page that was there when it was made.
    #[derive(Clone, Default)]
    pub(crate) struct Guest(Rc<RefCell<HashMap<Gfn, Rc<RefCell<Page>>>>>);

    impl Guest {
        pub(crate) fn give(&self, gfn: Gfn) {
            let page = Rc::new(RefCell::new([0; PAGE_WORDS]));
            self.0.borrow_mut().insert(gfn, page);
        }

        pub(crate) fn take(&self, gfn: Gfn) {
            self.0.borrow_mut().remove(&gfn);
        }

        pub(crate) fn write(&self, gfn: Gfn, words: impl IntoIterator<Item = u64>) {
            let pages = self.0.borrow();
            let mut page = pages[&gfn].borrow_mut();
            page.iter_mut().zip(words).for_each(|(to, from)| *to = from);
        }
    }

    impl Memory for Guest {
        type Mapping = Rc<RefCell<Page>>;

        fn map(&mut self, gfn: Gfn) -> io::Result<Self::Mapping> {
            let page = self.0.borrow().get(&gfn).cloned();
            page.ok_or(io::ErrorKind::NotFound.into())
        }
    }

    impl Mapping for Rc<RefCell<Page>> {
        fn read(&self) -> Page {
            *self.borrow()
        }
    }

    fn first_word(cache: &mut MapCache<Guest>, gfn: Gfn) -> Option<u64> {
        cache.read(gfn).ok().map(|page| page[0])
    }

    #[test]
    fn a_page_is_mapped_once() {
        let guest = Guest::default();
        guest.give(5);
        let mut cache = MapCache::new(guest.clone());
        guest.write(5, [1]);
        assert_eq!(first_word(&mut cache, 5), Some(1));
        guest.write(5, [2]);
        assert_eq!(first_word(&mut cache, 5), Some(2));
        let want = Stats {
            mapped: 1,
            hits: 1,
            ..Stats::default()
        };
        assert_eq!(cache.stats(), want);
    }

    #[test]
    fn without_invalidation_a_page_that_is_gone_is_still_read() {
        let guest = Guest::default();
        guest.give(5);
        guest.write(5, [1]);
        let mut cache = MapCache::new(guest.clone());
        assert_eq!(first_word(&mut cache, 5), Some(1));
        guest.take(5);
        assert_eq!(first_word(&mut cache, 5), Some(1));
        guest.give(5);
        guest.write(5, [2]);
        assert_eq!(first_word(&mut cache, 5), Some(1));
    }

    #[test]
    fn after_invalidation_it_is_not() {
        let guest = Guest::default();
        guest.give(5);
        guest.write(5, [1]);
        let mut cache = MapCache::new(guest.clone());
        assert_eq!(first_word(&mut cache, 5), Some(1));
        guest.take(5);
        cache.invalidate();
        assert_eq!(first_word(&mut cache, 5), None);
        guest.give(5);
        guest.write(5, [2]);
        assert_eq!(first_word(&mut cache, 5), Some(2));
        let want = Stats {
            mapped: 2,
            dropped: 1,
            invalidations: 1,
            ..Stats::default()
        };
        assert_eq!(cache.stats(), want);
    }
}
