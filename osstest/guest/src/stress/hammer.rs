// SPDX-License-Identifier: GPL-2.0-only

//! What each vCPU does, over and over.

use super::{
    error::Violation,
    servers::{self, COMES_AND_GOES},
    watch::{self, Action, Watch},
};
use crate::{
    battery::dom0::Dom0,
    low::{
        gfn::{Gfn, PAGE_ORDER},
        hypercall::{memory, sched, version},
        mmio,
    },
    prng::{Prng, mix},
    protocol::{Request, SERVERS, VCPUS},
};
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Pages of each vCPU.
pub(super) const PAGES: u64 = 64;

/// The most pages that a hypercall removes, each by itself: so many that Xen
/// preempts some.
const MANY: usize = 48;

/// One vCPU at a time gives nothing away, until dom0 has removed so many pages: all
/// invalidations that it sends are for those.
const ABSTAIN: u64 = 64;

/// What a vCPU has done so far, for others to see.
#[derive(Default)]
pub(super) struct Done {
    /// Pages given away.
    pub(super) removals: AtomicU64,
    /// Accesses to registers.
    pub(super) accesses: AtomicU64,
    /// Mappings of the emulator that had to go, and went.
    pub(super) dropped: AtomicU64,
    /// Hypercalls that gave many away.
    pub(super) many: AtomicU64,
    /// What it is at: an index of [`DOING`].
    pub(super) doing: AtomicU64,
}

/// What a vCPU is at.
const DOING: [&str; 8] = [
    "nothing",
    "a removal",
    "a population",
    "an access",
    "a null hypercall",
    "dom0",
    "many removals",
    "a change of a server",
];

/// The name of what it is at.
pub(super) fn doing(done: &Done) -> &'static str {
    let doing = usize::try_from(done.doing.load(Relaxed)).unwrap_or(0);
    DOING.get(doing).copied().unwrap_or("?")
}

fn add(to: &AtomicU64, how_many: u64) {
    to.store(to.load(Relaxed) + how_many, Relaxed);
}

/// One vCPU.
pub(super) struct Hammer<'a> {
    vcpu: usize,
    first: Gfn,
    prng: Prng,
    watch: Watch,
    done: &'a Done,
}

impl<'a> Hammer<'a> {
    /// With pages from `first` on, all of them RAM.
    pub(super) fn new(vcpu: usize, seed: u64, first: Gfn, done: &'a Done) -> Self {
        Self {
            vcpu,
            first,
            prng: Prng::new(mix(seed) ^ mix(!(vcpu as u64))),
            watch: Watch::new(vcpu),
            done,
        }
    }

    /// Does something, on every vCPU alike.
    pub(super) fn operation(&mut self) -> Result<(), Violation> {
        let abstains = watch::by_dom0() / ABSTAIN % VCPUS as u64 == self.vcpu as u64;
        let page = self.page();
        match self.prng.below(8) {
            0..3 if !abstains => {
                self.remove(page)?;
                self.populate(page)
            }
            3 if !abstains => self.remove_many(),
            4..7 => self.access(),
            _ => self.null(),
        }
    }

    /// Has dom0 do something, on one vCPU; with `servers` also something to them.
    pub(super) fn operation_by_dom0(
        &mut self,
        dom0: &Dom0,
        servers: bool,
    ) -> Result<(), Violation> {
        let page = self.page();
        match self.prng.below(16) {
            4 if servers => self.change_server(dom0),
            0 => self.lose_what_is_mapped(dom0, page),
            1..4 => {
                self.done.doing.store(5, Relaxed);
                let remove = Request::Decrease {
                    first: page.number(),
                    count: 1,
                };
                watch::removal_by_dom0(|| expect("dom0's removal", ask(dom0, remove)?, 1))?;
                self.null()?;
                self.populate(page)
            }
            _ => Ok(()),
        }
    }

    fn page(&mut self) -> Gfn {
        let number = self.first.number() + self.prng.below(PAGES);
        Gfn::in_arena(number).expect("part of it")
    }

    fn remove(&mut self, page: Gfn) -> Result<(), Violation> {
        self.done.doing.store(1, Relaxed);
        let done = self.watch.during(Action::Removal(1), || {
            Ok(memory::decrease_reservation(&[page], PAGE_ORDER)?)
        })?;
        add(&self.done.removals, 1);
        expect("the removal", done as u64, 1)
    }

    /// Some of its pages, from any of them on.
    fn remove_many(&mut self) -> Result<(), Violation> {
        let first = self.prng.below(PAGES);
        let count = 2 + self.prng.index(MANY - 1);
        let pages: [Gfn; MANY] = core::array::from_fn(|n| {
            let number = self.first.number() + (first + n as u64) % PAGES;
            Gfn::in_arena(number).expect("part of it")
        });
        let pages = &pages[..count];
        self.done.doing.store(6, Relaxed);
        let done = self.watch.during(Action::Removal(count as u64), || {
            Ok(memory::decrease_reservation(pages, PAGE_ORDER)?)
        })?;
        add(&self.done.removals, count as u64);
        add(&self.done.many, 1);
        expect("the removals", done as u64, count as u64)?;
        self.done.doing.store(2, Relaxed);
        let done = self.watch.during(Action::Other, || {
            Ok(memory::populate_physmap(pages, PAGE_ORDER)?)
        })?;
        expect("the populations", done as u64, count as u64)
    }

    /// Has dom0 enable, disable, destroy or register the one that comes and goes.
    fn change_server(&mut self, dom0: &Dom0) -> Result<(), Violation> {
        self.done.doing.store(7, Relaxed);
        let (registered, enabled) = match self.prng.below(4) {
            0 => (COMES_AND_GOES, false),
            1 => (SERVERS, false),
            _ => (SERVERS, true),
        };
        let others = (1 << COMES_AND_GOES) - 1;
        let configure = Request::Configure {
            registered: u8::try_from(registered).expect("few"),
            enabled: others | u8::from(enabled) << COMES_AND_GOES,
        };
        servers::change(enabled, sched::yield_now, || {
            expect("the servers", ask(dom0, configure)?, 0)
        })?;
        self.null()
    }

    fn populate(&mut self, page: Gfn) -> Result<(), Violation> {
        self.done.doing.store(2, Relaxed);
        let done = self.watch.during(Action::Other, || {
            Ok(memory::populate_physmap(&[page], PAGE_ORDER)?)
        })?;
        expect("the population", done as u64, 1)
    }

    fn null(&mut self) -> Result<(), Violation> {
        self.done.doing.store(4, Relaxed);
        self.watch.during(Action::Other, || {
            version::null();
            Ok(())
        })
    }

    /// Writes this vCPU's register and reads it back.
    fn access(&mut self) -> Result<(), Violation> {
        self.done.doing.store(3, Relaxed);
        let server = self.prng.index(SERVERS);
        let value = (self.prng.next() >> 32) as u32;
        let write_and_read = |server| {
            mmio::write(server, value);
            mmio::read(server)
        };
        let got = self.watch.during(Action::Access, || {
            let got = match server {
                COMES_AND_GOES => servers::access(|| write_and_read(server)),
                _ => None,
            };
            Ok(got.unwrap_or_else(|| write_and_read(0)))
        })?;
        add(&self.done.accesses, 2);
        expect("the register", got.into(), (!value).into())
    }

    /// Gives a page away that the emulator has mapped: it must have dropped it
    /// when that returns. What is mapped is what is there now, not what was.
    fn lose_what_is_mapped(&mut self, dom0: &Dom0, page: Gfn) -> Result<(), Violation> {
        let pattern = self.prng.next();
        page.poke(pattern);
        self.done.doing.store(5, Relaxed);
        expect(
            "what dom0 maps",
            ask(dom0, Request::Cache(page.number()))?,
            pattern,
        )?;
        self.remove(page)?;
        if dom0
            .shared
            .cached
            .load(core::sync::atomic::Ordering::Acquire)
        {
            return Err(Violation::Stale);
        }
        add(&self.done.dropped, 1);
        self.populate(page)
    }
}

fn ask(dom0: &Dom0, request: Request) -> Result<u64, Violation> {
    dom0.ask(request).map_err(Violation::Dom0)
}

fn expect(of: &'static str, got: u64, want: u64) -> Result<(), Violation> {
    match got == want {
        true => Ok(()),
        false => Err(Violation::Value { of, got, want }),
    }
}
