// SPDX-License-Identifier: GPL-2.0-only

//! The device, on a guest that exchanges its pages.

use super::*;
use crate::{PAGE_WORDS, pattern::words};
use std::{cell::RefCell, collections::HashMap, rc::Rc};

/// A guest whose pages can be exchanged under its emulator, as a hypervisor does: a
/// mapping keeps the page that was there when it was made.
#[derive(Clone, Default)]
struct Guest(Rc<RefCell<HashMap<Gfn, Rc<RefCell<Page>>>>>);

impl Guest {
    fn give(&self, gfn: Gfn) {
        let page = Rc::new(RefCell::new([0; PAGE_WORDS]));
        self.0.borrow_mut().insert(gfn, page);
    }

    fn take(&self, gfn: Gfn) {
        self.0.borrow_mut().remove(&gfn);
    }

    fn write(&self, gfn: Gfn, words: impl IntoIterator<Item = u64>) {
        let pages = self.0.borrow();
        let mut page = pages[&gfn].borrow_mut();
        page.iter_mut().zip(words).for_each(|(to, from)| *to = from);
    }
}

impl Memory for Guest {
    type Mapping = Rc<RefCell<Page>>;
    type Error = ();

    fn map(&mut self, gfn: Gfn) -> Result<Self::Mapping, ()> {
        self.0.borrow().get(&gfn).cloned().ok_or(())
    }
}

impl Mapping for Rc<RefCell<Page>> {
    fn read(&self) -> Page {
        *self.borrow()
    }
}

const LIST: Gfn = 100;

struct Fixture {
    guest: Guest,
    cache: MapCache<Guest>,
    device: Device<Rc<RefCell<Page>>>,
}

impl Fixture {
    fn new() -> Self {
        let guest = Guest::default();
        guest.give(LIST);
        Self {
            cache: MapCache::new(guest.clone()),
            guest,
            device: Device::default(),
        }
    }

    fn fill(&self, gfn: Gfn, generation: u32) {
        self.guest.give(gfn);
        self.guest.write(gfn, words(gfn, generation));
    }

    fn list(&self, expect: Expect, gfns: &[Gfn]) {
        let gfns = gfns.to_vec();
        let list = Descriptor { expect, gfns }.encode();
        self.guest.write(LIST, list);
    }

    fn transfer(&mut self, expect: Expect, gfns: &[Gfn]) -> Tally {
        self.list(expect, gfns);
        match self.device.write(register::DMA, 100, &mut self.cache) {
            Some(Event::Dma(did, tally)) if did == expect => tally,
            other => panic!("{other:?}"),
        }
    }

    fn bad(&mut self) -> u32 {
        self.device.read(register::BAD).0
    }
}

#[test]
fn what_the_guest_wrote_is_found() {
    let mut fixture = Fixture::new();
    fixture.fill(1, 7);
    fixture.fill(2, 7);
    let tally = fixture.transfer(Expect::Generation(7), &[1, 2]);
    assert_eq!((tally.right, fixture.bad()), (2, 0));
}

#[test]
fn a_stale_mapping_is_found_out() {
    let mut fixture = Fixture::new();
    fixture.fill(1, 7);
    fixture.transfer(Expect::Generation(7), &[1]);
    fixture.fill(1, 8);
    let tally = fixture.transfer(Expect::Generation(8), &[1]);
    assert_eq!((tally.stale, fixture.bad()), (1, 1));
    fixture.cache.invalidate();
    let tally = fixture.transfer(Expect::Generation(8), &[1]);
    assert_eq!((tally.right, fixture.bad()), (1, 0));
}

#[test]
fn a_page_that_is_gone_must_not_be_read() {
    let mut fixture = Fixture::new();
    fixture.fill(1, 7);
    fixture.transfer(Expect::Generation(7), &[1]);
    fixture.guest.take(1);
    let tally = fixture.transfer(Expect::Gone, &[1]);
    assert_eq!((tally.stale, fixture.bad()), (1, 1));
    fixture.cache.invalidate();
    let tally = fixture.transfer(Expect::Gone, &[1]);
    assert_eq!((tally.refused, fixture.bad()), (1, 0));
}

#[test]
fn a_page_that_is_missing_is_bad() {
    let mut fixture = Fixture::new();
    let tally = fixture.transfer(Expect::Generation(7), &[1]);
    assert_eq!((tally.refused, fixture.bad()), (1, 1));
}

#[test]
fn without_a_descriptor_nothing_is_good() {
    let mut fixture = Fixture::new();
    let event = fixture.device.write(register::DMA, 100, &mut fixture.cache);
    assert_eq!(event, Some(Event::NoDescriptor(100)));
    assert_eq!(fixture.bad(), u32::MAX);
}

#[test]
fn a_transfer_that_has_begun_has_its_pages_in_use() {
    let mut fixture = Fixture::new();
    fixture.fill(1, 7);
    fixture.list(Expect::Generation(7), &[1, 2]);
    let event = fixture
        .device
        .write(register::BEGIN, 100, &mut fixture.cache);
    assert_eq!(event, Some(Event::Begun(2)));
    fixture.fill(1, 8);
    fixture.cache.invalidate();
    assert!(!fixture.cache.is_quiesced());
    // What is in use is still what it was.
    let event = fixture.device.write(register::END, 0, &mut fixture.cache);
    let tally = Tally {
        right: 1,
        refused: 1,
        ..Tally::default()
    };
    assert_eq!(event, Some(Event::Dma(Expect::Generation(7), tally)));
    assert!(fixture.cache.is_quiesced());
    let event = fixture.device.write(register::END, 0, &mut fixture.cache);
    assert_eq!(event, Some(Event::NotBegun));
}

#[test]
fn the_other_registers() {
    let mut fixture = Fixture::new();
    assert_eq!(fixture.device.read(register::ID), (ID, None));
    let event = fixture
        .device
        .write(register::SCRATCH, 0x1234, &mut fixture.cache);
    assert_eq!(event, None);
    assert_eq!(fixture.device.read(register::SCRATCH), (!0x1234, None));
    let event = fixture
        .device
        .write(register::COUNTERS, 55, &mut fixture.cache);
    assert_eq!((event, fixture.device.counters()), (None, Some(55)));
    assert_eq!(fixture.device.read(64).1, Some(Event::Unknown(64)));
    assert_eq!(fixture.device.accesses, 5);
}
