// SPDX-License-Identifier: GPL-2.0-only

//! The map cache, on a guest that exchanges its pages.

extern crate std;

use super::*;
use std::sync::{
    Mutex,
    atomic::{AtomicU64, Ordering},
    mpsc,
};

/// A guest with one word in each page, whose pages can be exchanged under its
/// emulator, as a hypervisor does: a mapping keeps the page that was there when it
/// was made, and counts as one of `alive` until it ends.
#[derive(Clone, Default)]
struct Guest {
    pages: Arc<Mutex<BTreeMap<Gfn, u64>>>,
    alive: Arc<AtomicU64>,
}

struct Mapped {
    word: u64,
    alive: Arc<AtomicU64>,
}

impl Drop for Mapped {
    fn drop(&mut self) {
        self.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Guest {
    fn give(&self, gfn: Gfn, word: u64) {
        self.pages.lock().unwrap().insert(gfn, word);
    }

    fn take(&self, gfn: Gfn) {
        self.pages.lock().unwrap().remove(&gfn);
    }

    fn alive(&self) -> u64 {
        self.alive.load(Ordering::Relaxed)
    }
}

impl Memory for Guest {
    type Mapping = Mapped;
    type Error = ();

    fn map(&mut self, gfn: Gfn) -> Result<Mapped, ()> {
        let word = *self.pages.lock().unwrap().get(&gfn).ok_or(())?;
        self.alive.fetch_add(1, Ordering::Relaxed);
        let alive = self.alive.clone();
        Ok(Mapped { word, alive })
    }
}

fn one_page(word: u64) -> (Guest, MapCache<Guest>) {
    let guest = Guest::default();
    guest.give(5, word);
    let cache = MapCache::new(guest.clone());
    (guest, cache)
}

fn read(cache: &mut MapCache<Guest>, gfn: Gfn) -> Option<u64> {
    cache.get(gfn).ok().map(|mapping| mapping.word)
}

#[test]
fn a_page_is_mapped_once() {
    let (_, mut cache) = one_page(1);
    assert_eq!(read(&mut cache, 5), Some(1));
    assert_eq!(read(&mut cache, 5), Some(1));
    let want = Stats {
        mapped: 1,
        hits: 1,
        ..Stats::default()
    };
    assert_eq!(cache.stats(), want);
}

#[test]
fn a_page_that_cannot_be_mapped_is_tried_again() {
    let (guest, mut cache) = one_page(1);
    assert_eq!(read(&mut cache, 6), None);
    guest.give(6, 2);
    assert_eq!(read(&mut cache, 6), Some(2));
}

#[test]
fn without_invalidation_a_page_that_is_gone_is_still_read() {
    let (guest, mut cache) = one_page(1);
    assert_eq!(read(&mut cache, 5), Some(1));
    guest.take(5);
    assert_eq!(read(&mut cache, 5), Some(1));
    guest.give(5, 2);
    assert_eq!(read(&mut cache, 5), Some(1));
}

#[test]
fn after_invalidation_it_is_not() {
    let (guest, mut cache) = one_page(1);
    assert_eq!(read(&mut cache, 5), Some(1));
    guest.take(5);
    cache.invalidate();
    assert!(cache.is_quiesced());
    assert_eq!(guest.alive(), 0);
    assert_eq!(read(&mut cache, 5), None);
    guest.give(5, 2);
    assert_eq!(read(&mut cache, 5), Some(2));
    let want = Stats {
        mapped: 2,
        dropped: 1,
        invalidations: 1,
        ..Stats::default()
    };
    assert_eq!(cache.stats(), want);
}

#[test]
fn an_empty_cache_is_quiesced_at_once() {
    let (_, mut cache) = one_page(1);
    assert!(cache.is_quiesced());
    cache.invalidate();
    assert!(cache.is_quiesced());
}

#[test]
fn a_mapping_in_use_holds_the_completion_back() {
    let (guest, mut cache) = one_page(1);
    guest.give(6, 1);
    let in_use = cache.get(5).unwrap();
    read(&mut cache, 6);
    cache.invalidate();
    assert!(!cache.is_quiesced());
    assert_eq!((guest.alive(), cache.stats().dropped), (1, 1));
    // Clones count as well.
    let clone = in_use.clone();
    drop(in_use);
    assert!(!cache.is_quiesced());
    drop(clone);
    assert!(cache.is_quiesced());
    assert_eq!((guest.alive(), cache.stats().dropped), (0, 2));
}

#[test]
fn a_mapping_in_use_is_not_handed_out_again() {
    let (guest, mut cache) = one_page(1);
    let in_use = cache.get(5).unwrap();
    guest.give(5, 2);
    cache.invalidate();
    assert_eq!(read(&mut cache, 5), Some(2));
    assert_eq!(in_use.word, 1);
    // The new one is of no matter to the completion.
    drop(in_use);
    assert!(cache.is_quiesced());
    assert_eq!(guest.alive(), 1);
}

#[test]
fn a_second_invalidation_waits_for_what_the_first_waits_for() {
    let (_, mut cache) = one_page(1);
    let first = cache.get(5).unwrap();
    cache.invalidate();
    let second = cache.get(5).unwrap();
    cache.invalidate();
    drop(second);
    assert!(!cache.is_quiesced());
    drop(first);
    assert!(cache.is_quiesced());
}

/// What the last user, on a thread of its own, has done with a page is over when
/// the cache says so; and so is the mapping.
#[test]
fn a_use_on_another_thread_ends_before_the_cache_is_quiesced() {
    let (guest, mut cache) = one_page(1);
    for _ in 0..200 {
        let in_use = cache.get(5).unwrap();
        let used = Arc::new(AtomicU64::new(0));
        let (begin, begun) = mpsc::channel();
        let user = std::thread::spawn({
            let used = used.clone();
            move || {
                begun.recv().unwrap();
                used.store(in_use.word, Ordering::Relaxed);
                drop(in_use);
            }
        });
        cache.invalidate();
        assert!(!cache.is_quiesced());
        begin.send(()).unwrap();
        while !cache.is_quiesced() {
            std::thread::yield_now();
        }
        assert_eq!((used.load(Ordering::Relaxed), guest.alive()), (1, 0));
        user.join().unwrap();
    }
}
