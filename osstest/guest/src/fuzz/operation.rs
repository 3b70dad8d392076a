// SPDX-License-Identifier: GPL-2.0-only

//! What a vCPU of the domU does, at random. It expects nothing of any result.

use crate::{
    low::{
        gfn::{Gfn, PAGE_ORDER, SUPERPAGE, SUPERPAGE_ORDER},
        hypercall::{
            Errno,
            grant::{self, Mapping},
            memory::{self, EXTENT_SHIFT, Space, Word},
            multicall::{Call, multicall},
            sched, version,
        },
        mmio, time,
    },
    operation::{OPERATIONS, operands},
    prng::{Prng, mix},
    protocol::{DOM0, MOST_SERVERS, Shared},
};
use core::sync::atomic::Ordering;

/// Superpages that it is all about, for all vCPUs together.
pub(super) const WINDOW: usize = 4;

/// Pages of one hypercall, at most.
const LIST: usize = 64;

/// Things to do.
const KINDS: u64 = 16;

/// One in so many calls of a multicall suspends the domain.
const SUSPENDS: u64 = 192;

/// What performs the operations of one vCPU.
pub(super) struct Fuzzer {
    shared: &'static Shared,
    vcpu: usize,
    first: Gfn,
    prng: Prng,
    /// What this seed has the vCPUs do, a bit for each kind: some things happen
    /// only where others do not get in their way.
    kinds: u64,
    mapped: Option<Mapping>,
}

impl Fuzzer {
    /// Of a vCPU, for the frames from `first` on.
    pub(super) fn new(shared: &'static Shared, vcpu: usize, first: Gfn) -> Self {
        let seed = shared.seed.load(Ordering::Relaxed);
        let mut of_all = Prng::new(mix(seed ^ 0xd0_7070));
        Self {
            shared,
            vcpu,
            first,
            prng: Prng::new(mix(seed) ^ mix(!(vcpu as u64))),
            kinds: of_all.next() | of_all.next(),
            mapped: None,
        }
    }

    /// Does something.
    pub(super) fn step(&mut self) {
        let kind = self.prng.below(KINDS);
        if self.kinds & (1 << kind) != 0 {
            self.shared.doing[self.vcpu].store(kind + 1, Ordering::Relaxed);
            self.perform(kind);
            self.shared.doing[self.vcpu].store(0, Ordering::Relaxed);
        } else {
            version::null();
        }
        let done = &self.shared.operations[self.vcpu];
        done.store(done.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
    }

    fn perform(&mut self, kind: u64) {
        match kind {
            0 | 1 => self.with_pages(|pages| memory::decrease_reservation(pages, PAGE_ORDER)),
            2 | 3 => self.with_pages(|pages| memory::populate_physmap(pages, PAGE_ORDER)),
            4 => drop(memory::remove_from_physmap(self.frame())),
            5 => drop(memory::decrease_reservation(
                &[self.superpage()],
                SUPERPAGE_ORDER,
            )),
            6 => drop(memory::populate_physmap(
                &[self.superpage()],
                SUPERPAGE_ORDER,
            )),
            7 => self.preempted(),
            8 => self.multicall(),
            9 | 10 => self.access(),
            11 => self.grant(),
            12 => self.map(),
            13 => self.any(),
            14 => {
                let (at, frame) = (self.frame(), self.frame());
                let _ = at.try_poke(frame);
            }
            _ => self.rest(),
        }
    }

    fn frame(&mut self) -> Gfn {
        self.first
            .plus(self.prng.below((WINDOW * SUPERPAGE) as u64))
    }

    fn superpage(&mut self) -> Gfn {
        let n = self.prng.below(WINDOW as u64);
        self.first.plus(n * SUPERPAGE as u64)
    }

    /// Some random pages, or some in a row.
    fn with_pages(&mut self, act: impl FnOnce(&[Gfn]) -> Result<usize, Errno>) {
        let count = 1 + self.prng.index(LIST);
        let few = self.prng.below(2) == 0;
        let first = self.superpage();
        let row = self.prng.below(2) == 0;
        let pages: [Gfn; LIST] = core::array::from_fn(|n| match row {
            true => first.plus(n as u64),
            false => self.frame(),
        });
        let _ = act(&pages[..if few { count.div_ceil(16) } else { count }]);
    }

    /// A removal during which a timer of Xen's expires.
    fn preempted(&mut self) {
        time::preempt_after_us(1 + self.prng.below(100));
        self.with_pages(|pages| memory::decrease_reservation(pages, PAGE_ORDER));
        time::stop_preempting();
    }

    fn multicall(&mut self) {
        let calls: [Call; 4] = core::array::from_fn(|_| match self.prng.below(SUSPENDS) {
            0 => Call::Suspend,
            _ => (OPERATIONS[operands::call(&mut self.prng)].call)(self.frame()),
        });
        let _ = multicall(&calls);
    }

    /// An emulated register, of a server that may be there or not.
    fn access(&mut self) {
        let server = self.prng.index(MOST_SERVERS);
        let offset = self.prng.below(mmio::SIZE / 4) * 4;
        let value = self.prng.word();
        mmio::try_access(server, offset, value);
    }

    fn grant(&mut self) {
        match self.mapped.take() {
            Some(mapped) => drop(grant::unmap(mapped)),
            None => {
                let reference = self.shared.grant.load(Ordering::Relaxed);
                self.mapped = grant::map(DOM0, reference, self.frame()).ok();
            }
        }
    }

    /// Something else over a frame of its own.
    fn map(&mut self) {
        let at = self.frame();
        let _ = match self.prng.below(4) {
            0 => memory::add_to_physmap(Space::SharedInfo, at),
            1 => memory::add_to_physmap(Space::GrantTable, at),
            2 => memory::add_to_physmap(Space::Own(self.frame()), at),
            // It has no right to; that is found out before or after much else.
            _ => memory::map_foreign(DOM0, self.first.number(), at),
        };
    }

    /// Any operation on memory, half of them as a continuation.
    fn any(&mut self) {
        /// Extents of one hypercall.
        const EXTENTS: u8 = 64;
        let op = match self.prng.below(2) {
            // Those with extents.
            0 => [0, 1, 6, 7][self.prng.index(4)],
            _ => self.prng.word_below(1 << EXTENT_SHIFT),
        };
        let extent = match self.prng.below(4) {
            0 | 1 => 0,
            2 => self.prng.word_below(EXTENTS.into()),
            _ => self.prng.word() >> EXTENT_SHIFT,
        };
        let mut words: [Word; 8] = core::array::from_fn(|_| match self.prng.below(4) {
            0 => Word::Frame(self.frame()),
            1 => Word::Address(self.frame()),
            2 => Word::Small(self.prng.byte_below(16)),
            _ => Word::Own,
        });
        if self.prng.below(2) == 0 {
            // Right for an operation with extents, but for what is in them.
            words[0] = Word::Address(self.frame());
            words[1] = Word::Small(self.prng.byte_below(EXTENTS));
            words[2] = Word::Small(0);
            words[3] = Word::Own;
        }
        let _ = memory::any(op | (extent << EXTENT_SHIFT), words);
    }

    fn rest(&mut self) {
        match self.prng.below(3) {
            0 => sched::yield_now(),
            1 => time::spin_us(self.prng.below(50)),
            _ => version::null(),
        }
    }
}
