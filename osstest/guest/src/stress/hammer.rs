// SPDX-License-Identifier: GPL-2.0-only

//! What each vCPU does, over and over.

use super::{
    error::Violation,
    servers::{self, COMES_AND_GOES},
    unplugged::{self, Back, Removal},
    watch::{self, Action, Watch},
    ways::{self, Wanted},
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{
        gfn::{Gfn, PAGE_ORDER},
        hypercall::{
            Errno, memory,
            multicall::{Call, multicall},
            sched, version,
        },
        mmio, shared,
        time::Deadline,
    },
    operation::{Operation, Sends, around::Around, decrease},
    prng::{Prng, mix},
    protocol::{PATIENCE_MS, Request, SERVERS, VCPUS},
};
use core::sync::atomic::{
    AtomicU64, AtomicUsize,
    Ordering::{Acquire, Relaxed},
};

/// Pages of each vCPU.
pub(super) const PAGES: u64 = 64;

/// The most pages that a hypercall removes, each by itself: so many that Xen
/// preempts some.
const MANY: usize = 48;

/// The most pages that a vCPU removes in ways that keep them allocated: more than that
/// are not there.
const MOST_KEPT: u64 = 16_384;

/// One vCPU at a time gives nothing away, until dom0 has removed so many pages: all
/// invalidations that it sends are for those.
const ABSTAIN: u64 = 64;

/// After one in so many of its removals, and of its hypercalls that do nothing, a
/// vCPU goes off.
const GOES_OFF: u64 = 8;

/// It does so within one in so many of its removals of many pages, if Xen preempts
/// that.
const GOES_OFF_WITHIN: u64 = 2;

/// After one in so many operations a vCPU looks whether another one is off, and
/// starts that.
const STARTS_ANOTHER: u64 = 2;

/// How long dom0 waits for the domain to have shut down before it resumes it: a
/// vCPU that is off with a request under way defers the shutdown until it is on
/// again, which it cannot be before the resume.
const SHUT_DOWN_MS: u64 = 100;

/// What a vCPU counts.
#[derive(Clone, Copy)]
pub(super) enum Count {
    /// Pages given away.
    Removals,
    /// Of these, those which are still allocated.
    Kept,
    /// Accesses to registers.
    Accesses,
    /// Mappings of the emulator that had to go, and went.
    Dropped,
    /// Hypercalls that gave many away.
    Many,
    /// How often it was off and came back.
    Unplugged,
    /// In how many of these cases it was in the middle of a hypercall that removes.
    UnpluggedWithin,
    /// How often the domain was suspended and resumed.
    Suspended,
    /// How often it was resumed before it had shut down, see [`SHUT_DOWN_MS`].
    ShutdownsDeferred,
}

const COUNTS: usize = Count::ShutdownsDeferred as usize + 1;

/// What a vCPU has done so far, for others to see.
pub(super) struct Done {
    counts: [AtomicU64; COUNTS],
    /// What it is at: an index of [`DOING`].
    doing: AtomicUsize,
}

impl Done {
    /// Nothing.
    pub(super) const fn nothing() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; COUNTS],
            doing: AtomicUsize::new(0),
        }
    }

    /// How often it has done this.
    pub(super) fn count(&self, of: Count) -> u64 {
        self.counts[of as usize].load(Relaxed)
    }

    /// Its vCPU has done this so many times more.
    fn add(&self, to: Count, how_many: u64) {
        self.counts[to as usize].store(self.count(to) + how_many, Relaxed);
    }

    /// The name of what it is at.
    pub(super) fn doing(&self) -> &'static str {
        DOING[self.doing.load(Relaxed)]
    }
}

/// What a vCPU is at.
const DOING: [&str; 12] = [
    "nothing",
    "a removal",
    "a population",
    "an access",
    "a null hypercall",
    "dom0",
    "many removals",
    "a change of a server",
    "off",
    "a start of a vCPU",
    "a suspension",
    "many removals, going off within",
];

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
        self.own_operation()?;
        self.start_another()
    }

    fn own_operation(&mut self) -> Result<(), Violation> {
        let abstains = watch::by_dom0() / ABSTAIN % VCPUS as u64 == self.vcpu as u64;
        let page = self.page();
        match self.prng.below(8) {
            0..3 if !abstains => match self.goes_off(GOES_OFF) {
                true => {
                    self.remove(&decrease::PAGE, &[page])?;
                    self.go_off(Removal::Page(page))
                }
                false => {
                    let way = self.any(Wanted::One);
                    self.done.doing.store(1, Relaxed);
                    self.remove(way, &[page])?;
                    self.restore(way, &[page])
                }
            },
            3 if !abstains => match self.goes_off(GOES_OFF_WITHIN) {
                true => self.go_off_within(),
                false => {
                    let way = self.any(Wanted::Some);
                    self.remove_many(way)
                }
            },
            4..7 => self.access(),
            _ => {
                self.null()?;
                match self.goes_off(GOES_OFF) {
                    true => self.go_off(Removal::None),
                    false => Ok(()),
                }
            }
        }
    }

    /// Whether it goes off now, as once in so many cases: vCPU 0 stays.
    fn goes_off(&mut self, once_in: u64) -> bool {
        self.vcpu != 0 && self.prng.below(once_in) == 0
    }

    /// Has dom0 do something, on one vCPU; with `component` also what invalidations
    /// survive only with the component: servers change, the domain is suspended.
    pub(super) fn operation_by_dom0(
        &mut self,
        dom0: &Dom0,
        component: bool,
    ) -> Result<(), Violation> {
        let page = self.page();
        match self.prng.below(16) {
            4 if component => self.change_server(dom0),
            5 | 6 if component => self.suspend(dom0, page),
            7 if component => self.lose_to_dom0_while_another_is_off(dom0, page),
            0 => self.lose_what_is_mapped(dom0, page),
            1..4 => {
                self.done.doing.store(5, Relaxed);
                self.lose_to_dom0(dom0, page)?;
                self.null()?;
                self.populate(&[page])
            }
            _ => Ok(()),
        }
    }

    /// Any way to remove.
    fn any(&mut self, wanted: Wanted) -> &'static Operation {
        let keeps = self.done.count(Count::Kept) < MOST_KEPT;
        ways::any(&mut self.prng, wanted, self.vcpu == 0, keeps)
    }

    /// Has dom0 remove a page.
    fn lose_to_dom0(&mut self, dom0: &Dom0, page: Gfn) -> Result<(), Violation> {
        let way = self.any(Wanted::ByDom0);
        self.done.add(Count::Kept, u64::from(way.keeps));
        let remove = || way.remove(&Around::new(dom0), &[page]);
        let removal = || watch::removal_by_dom0(|| Error::expect("dom0's removal", remove()?, 1));
        match way.pauses {
            true => watch::suspension(removal)?,
            false => removal()?,
        }
        Ok(())
    }

    fn page(&mut self) -> Gfn {
        let n = self.prng.below(PAGES);
        self.nth(n)
    }

    /// Its n-th page, counted round.
    fn nth(&self, n: u64) -> Gfn {
        self.first.plus(n % PAGES)
    }

    /// Removes pages of its own.
    fn remove(&mut self, way: &Operation, pages: &[Gfn]) -> Result<(), Violation> {
        let around = Around::new(&Dom0::known());
        let count = pages.len() as u64;
        let action = match way.deferred || way.sends == Sends::Own {
            true => Action::Removal(count),
            false => Action::Parts(count),
        };
        let (before, _) = way.also_removes;
        self.watch
            .during(removals(before), || Ok((way.prepare)(&around)?))?;
        let done = self
            .watch
            .during(action, || Ok(way.remove(&around, pages)?))?;
        self.done.add(Count::Removals, count);
        self.done
            .add(Count::Kept, if way.keeps { count } else { 0 });
        Ok(Error::expect(way.name, done, count)?)
    }

    /// Populates what was removed.
    fn restore(&mut self, way: &Operation, pages: &[Gfn]) -> Result<(), Violation> {
        let around = Around::new(&Dom0::known());
        let (_, after) = way.also_removes;
        self.watch
            .during(removals(after), || Ok((way.clear)(&around, pages)?))?;
        // Over RAM, what was there would stay allocated.
        match way.leaves_ram {
            true => Ok(()),
            false => self.populate(pages),
        }
    }

    /// Some of its pages, from any of them on.
    fn remove_many(&mut self, way: &Operation) -> Result<(), Violation> {
        let (first, count) = self.many();
        let pages = &self.pages(first)[..count.min(way.most)];
        self.done.doing.store(6, Relaxed);
        self.remove(way, pages)?;
        self.done.add(Count::Many, 1);
        self.restore(way, pages)
    }

    /// Which of its pages to remove: the first, and how many.
    fn many(&mut self) -> (u64, usize) {
        let first = self.prng.below(PAGES);
        (first, 2 + self.prng.index(MANY - 1))
    }

    /// Its pages from any of them on.
    fn pages(&self, first: u64) -> [Gfn; MANY] {
        core::array::from_fn(|n| self.nth(first + n as u64))
    }

    fn populate(&mut self, pages: &[Gfn]) -> Result<(), Violation> {
        self.done.doing.store(2, Relaxed);
        let done = self.watch.during(Action::Other, || {
            Ok(memory::populate_physmap(pages, PAGE_ORDER)?)
        })?;
        let count = pages.len() as u64;
        Ok(Error::expect("the populations", done as u64, count)?)
    }

    /// Goes off, and comes back through [`Hammer::come_back`].
    fn go_off(&mut self, removal: Removal) -> Result<(), Violation> {
        self.done.doing.store(8, Relaxed);
        let start = self.watch.start();
        unplugged::remember(self.vcpu, &mut self.prng, self.watch, start, removal);
        Err(unplugged::go_off(self.vcpu))
    }

    /// Removes many, and goes off in the middle of the hypercall: Xen preempts that
    /// when the timer of this vCPU interrupts it, and the handler turns the vCPU off.
    /// The invalidation for what was removed so far may be pending then.
    #[cfg(target_arch = "aarch64")]
    fn go_off_within(&mut self) -> Result<(), Violation> {
        if !super::arm64::is_enabled() {
            return self.remove_many(&decrease::SOME);
        }
        let (first, count) = self.many();
        let pages = &self.pages(first)[..count];
        let us = 1 + self.prng.below(super::arm64::LONGEST_US);
        self.done.doing.store(11, Relaxed);
        let start = self.watch.start();
        let removal = Removal::Preempted { first, count };
        unplugged::remember(self.vcpu, &mut self.prng, self.watch, start, removal);
        // If this returns, the hypercall was over before the interrupt.
        let done = super::arm64::interrupted(self.vcpu, us, || {
            memory::decrease_reservation(pages, PAGE_ORDER)
        })?;
        let count = count as u64;
        self.watch.finish(Action::Removal(count), start)?;
        self.done.add(Count::Removals, count);
        self.done.add(Count::Many, 1);
        Error::expect("the removals", done as u64, count)?;
        self.populate(pages)
    }

    /// The guest takes interrupts on 64-bit Arm alone.
    #[cfg(target_arch = "arm")]
    fn go_off_within(&mut self) -> Result<(), Violation> {
        self.remove_many(&decrease::SOME)
    }

    /// Goes on with what it was doing, if it was off.
    pub(super) fn come_back(&mut self) -> Result<(), Violation> {
        let Some(back) = unplugged::back(self.vcpu) else {
            return Ok(());
        };
        let result = self.check_back(back);
        unplugged::is_back(self.vcpu);
        result
    }

    /// Checks that it has sent the invalidation for whatever was removed while it was
    /// off, or just before, and that no emulator has such a page mapped; then restores
    /// what it had removed.
    fn check_back(&mut self, back: Back) -> Result<(), Violation> {
        self.prng = Prng::new(back.seed);
        self.watch = back.watch;
        let mapped = match back.mapped {
            true => nothing_is_mapped(),
            false => Ok(()),
        };
        let removal = back.removal;
        let removed = match removal {
            Removal::Preempted { first, count } => {
                // Those that are gone are the first ones.
                let pages = &self.pages(first)[..count];
                let there = pages.iter().position(|page| page.try_poke(*page));
                there.unwrap_or(count)
            }
            Removal::None | Removal::Page(_) => 0,
        };
        let action = match removed {
            0 => Action::Power,
            removed => Action::Preempted(removed as u64),
        };
        self.watch.finish(action, back.start)?;
        mapped?;
        self.done.add(Count::Unplugged, 1);
        match removal {
            Removal::None => Ok(()),
            Removal::Page(page) => self.populate(&[page]),
            Removal::Preempted { first, .. } => {
                self.done
                    .add(Count::UnpluggedWithin, u64::from(removed != 0));
                self.done.add(Count::Removals, removed as u64);
                self.populate(&self.pages(first)[..removed])
            }
        }
    }

    /// Starts another vCPU, if that is off and the time has come.
    fn start_another(&mut self) -> Result<(), Violation> {
        let another = 1 + self.prng.index(VCPUS - 1);
        let now = self.prng.below(STARTS_ANOTHER) == 0;
        match now && unplugged::claim(another) {
            true => self.start(another),
            false => Ok(()),
        }
    }

    /// Starts a vCPU that it has claimed.
    fn start(&mut self, vcpu: usize) -> Result<(), Violation> {
        self.done.doing.store(9, Relaxed);
        self.watch.during(Action::Power, || unplugged::start(vcpu))
    }

    /// Has dom0 map a page and then remove it while another vCPU is off, and starts
    /// that: it finds the page mapped no more.
    fn lose_to_dom0_while_another_is_off(
        &mut self,
        dom0: &Dom0,
        page: Gfn,
    ) -> Result<(), Violation> {
        let another = 1 + self.prng.index(VCPUS - 1);
        if !unplugged::claim(another) {
            return Ok(());
        }
        self.done.doing.store(5, Relaxed);
        self.have_mapped(dom0, page)?;
        self.lose_to_dom0(dom0, page)?;
        unplugged::was_mapped(another);
        self.start(another)?;
        // Until it has looked, nothing else may be mapped.
        let deadline = Deadline::after_ms(PATIENCE_MS);
        if !sched::yield_until(deadline, || !unplugged::is_awaited(another)) {
            return Err(Violation::NotBack(another));
        }
        self.null()?;
        self.populate(&[page])
    }

    /// Suspends the domain; dom0 resumes it. In half of the cases it gives a page
    /// away that the emulator has mapped, in the same hypercall: the invalidation is
    /// pending when the domain shuts down. What the other vCPUs do, they go on with
    /// when they are resumed, and check.
    fn suspend(&mut self, dom0: &Dom0, page: Gfn) -> Result<(), Violation> {
        self.done.doing.store(10, Relaxed);
        let removes = self.prng.below(2) == 0;
        let (action, call) = match removes {
            true => (Action::Removal(1), Call::Decrease(page)),
            false => (Action::Other, Call::Null),
        };
        if removes {
            self.have_mapped(dom0, page)?;
        }
        let was_down = watch::suspension(|| {
            dom0.post(Request::Resume(SHUT_DOWN_MS))?;
            let results = self
                .watch
                .during(action, || Ok(multicall(&[call, Call::Suspend])?))?;
            if let Some(&errno) = results.iter().find(|&&result| result < 0) {
                return Err(Errno(errno).into());
            }
            if removes {
                Error::expect("the removal", results[0] as u64, 1)?;
                nothing_is_mapped()?;
            }
            Ok::<_, Violation>(dom0.reply()?)
        })?;
        match was_down {
            0 => self.done.add(Count::ShutdownsDeferred, 1),
            _ => self.done.add(Count::Suspended, 1),
        }
        if removes {
            self.done.add(Count::Removals, 1);
            self.populate(&[page])?;
        }
        Ok(())
    }

    /// Has dom0 map a page, as an emulator does.
    fn have_mapped(&mut self, dom0: &Dom0, page: Gfn) -> Result<(), Violation> {
        let pattern = self.prng.next();
        page.poke(pattern);
        let got = dom0.ask(Request::Cache(page.number()))?;
        Ok(Error::expect("what dom0 maps", got, pattern)?)
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
        let registered = u8::try_from(registered).expect("few");
        let mask = others | (u8::from(enabled) << COMES_AND_GOES);
        servers::change(enabled, || {
            Error::expect("the servers", dom0.configure(registered, mask)?, 0)
        })?;
        self.null()
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
        self.done.add(Count::Accesses, 2);
        Ok(Error::expect("the register", got.into(), (!value).into())?)
    }

    /// Gives a page away that the emulator has mapped: it must have dropped it
    /// when that returns. What is mapped is what is there now, not what was.
    fn lose_what_is_mapped(&mut self, dom0: &Dom0, page: Gfn) -> Result<(), Violation> {
        self.done.doing.store(5, Relaxed);
        self.have_mapped(dom0, page)?;
        let way = self.any(Wanted::One);
        self.remove(way, &[page])?;
        nothing_is_mapped()?;
        self.done.add(Count::Dropped, 1);
        self.restore(way, &[page])
    }
}

/// To remove so often what is RAM to the P2M, with a hypercall each, and nothing else:
/// for none there may be no hypercall either.
fn removals(count: u64) -> Action {
    match count {
        0 => Action::Perhaps,
        count => Action::Removal(count),
    }
}

/// An error, if the emulator has a page mapped.
fn nothing_is_mapped() -> Result<(), Violation> {
    match shared::own().cached.load(Acquire) {
        0 => Ok(()),
        _ => Err(Violation::Stale),
    }
}
