// SPDX-License-Identifier: GPL-2.0-only

//! The device, on a guest that exchanges its pages.

use super::*;
use crate::{mapcache::tests::Guest, pattern::words};

const LIST: Gfn = 100;

struct Bench {
    guest: Guest,
    cache: MapCache<Guest>,
    device: Device,
}

impl Bench {
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

    fn transfer(&mut self, expect: Expect, gfns: &[Gfn]) -> Tally {
        let gfns = gfns.to_vec();
        let list = Descriptor { expect, gfns }.encode();
        self.guest.write(LIST, list);
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
    let mut bench = Bench::new();
    bench.fill(1, 7);
    bench.fill(2, 7);
    let tally = bench.transfer(Expect::Generation(7), &[1, 2]);
    assert_eq!((tally.right, bench.bad()), (2, 0));
}

#[test]
fn a_stale_mapping_is_found_out() {
    let mut bench = Bench::new();
    bench.fill(1, 7);
    bench.transfer(Expect::Generation(7), &[1]);
    bench.fill(1, 8);
    let tally = bench.transfer(Expect::Generation(8), &[1]);
    assert_eq!((tally.stale, bench.bad()), (1, 1));
    bench.cache.invalidate();
    let tally = bench.transfer(Expect::Generation(8), &[1]);
    assert_eq!((tally.right, bench.bad()), (1, 0));
}

#[test]
fn a_page_that_is_gone_must_not_be_read() {
    let mut bench = Bench::new();
    bench.fill(1, 7);
    bench.transfer(Expect::Generation(7), &[1]);
    bench.guest.take(1);
    let tally = bench.transfer(Expect::Gone, &[1]);
    assert_eq!((tally.stale, bench.bad()), (1, 1));
    bench.cache.invalidate();
    let tally = bench.transfer(Expect::Gone, &[1]);
    assert_eq!((tally.refused, bench.bad()), (1, 0));
}

#[test]
fn a_page_that_is_missing_is_bad() {
    let mut bench = Bench::new();
    let tally = bench.transfer(Expect::Generation(7), &[1]);
    assert_eq!((tally.refused, bench.bad()), (1, 1));
}

#[test]
fn without_a_descriptor_nothing_is_good() {
    let mut bench = Bench::new();
    let event = bench.device.write(register::DMA, 100, &mut bench.cache);
    assert_eq!(event, Some(Event::NoDescriptor(100)));
    assert_eq!(bench.bad(), u32::MAX);
}

#[test]
fn the_other_registers() {
    let mut bench = Bench::new();
    assert_eq!(bench.device.read(register::ID), (ID, None));
    let event = bench
        .device
        .write(register::SCRATCH, 0x1234, &mut bench.cache);
    assert_eq!(event, None);
    assert_eq!(bench.device.read(register::SCRATCH), (!0x1234, None));
    let event = bench.device.write(register::COUNTERS, 55, &mut bench.cache);
    assert_eq!((event, bench.device.counters()), (None, Some(55)));
    assert_eq!(bench.device.read(64).1, Some(Event::Unknown(64)));
    assert_eq!(bench.device.accesses, 5);
}
