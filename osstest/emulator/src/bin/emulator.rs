// SPDX-License-Identifier: GPL-2.0-only

//! The emulator, in dom0: an ioreq server for one domain. It takes commands from
//! its standard input and reports on its standard output what it does.

use emulator::{
    Gfn, PAGE_WORDS,
    device::{self, BASE, Device, SIZE, register},
    low::{
        devicemodel::DeviceModel,
        evtchn::{EventChannels, Port},
        foreignmemory::{ForeignMemory, ForeignPage},
        ioreq::{IoreqPage, Kind},
        xenstore::XenStore,
    },
    wrong::Wrong,
};
use mapcache::MapCache;
use rustix::event::{PollFd, PollFlags, poll};
use std::{
    error::Error,
    fmt::Display,
    io::{self, Read, Write},
    process::ExitCode,
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

const USAGE: &str = "\
Usage: emulator --domain ID [--vcpus N] [--slot N] [--with-domain] [--wrong NAME]

Registers an ioreq server for a domain, keeps a cache of mapped guest pages,
and emulates a device at slot N (default 0) of its memory.

  --with-domain  end when the domain does
  --wrong NAME   get one thing wrong, for the conformance kit to reject; another
                 name is answered with those that there are

Commands, on standard input, a line each:
  hold      leave INVALIDATE requests pending from now on
  release   complete them again, those that are pending as well
  end       end a transfer that has begun
  counters  how far each vCPU has counted
  stats     what the map cache has done
  quit      complete what is pending, destroy the server and end; so does the end
            of the input
  abandon   destroy the server and end, whatever is pending

Exit status: 0 ended by a command, 1 something failed, 2 usage.
";

struct Options {
    domid: u16,
    vcpus: usize,
    slot: u64,
    with_domain: bool,
    wrong: Option<Wrong>,
}

fn options() -> Result<Option<Options>, lexopt::Error> {
    use lexopt::prelude::*;
    let (mut domid, mut vcpus, mut slot) = (None, 1, 0);
    let (mut with_domain, mut wrong) = (false, None);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("domain") => domid = Some(parser.value()?.parse()?),
            Long("vcpus") => vcpus = parser.value()?.parse()?,
            Long("slot") => slot = parser.value()?.parse()?,
            Long("with-domain") => with_domain = true,
            Long("wrong") => wrong = Some(parser.value()?.parse()?),
            Short('h') | Long("help") => return Ok(None),
            _ => return Err(arg.unexpected()),
        }
    }
    let domid = domid.ok_or("--domain is missing")?;
    Ok(Some(Options {
        domid,
        vcpus,
        slot,
        with_domain,
        wrong,
    }))
}

/// Adds what was being done to an error.
trait While<T> {
    fn while_<D: Display>(self, doing: D) -> Result<T, Box<dyn Error>>;
}

impl<T, E: Display> While<T> for Result<T, E> {
    fn while_<D: Display>(self, doing: D) -> Result<T, Box<dyn Error>> {
        self.map_err(|why| format!("cannot {doing}: {why}").into())
    }
}

/// A line, at once.
fn say(text: impl Display) {
    let mut out = io::stdout().lock();
    // If nobody reads the output, nobody can be informed of that either.
    let _lost = writeln!(out, "{text}").and_then(|()| out.flush());
}

struct Emulator {
    options: Options,
    model: DeviceModel,
    id: u16,
    events: EventChannels,
    page: IoreqPage,
    ports: Vec<Port>,
    cache: MapCache<ForeignMemory>,
    device: Device<ForeignPage>,
    /// What one that gets it wrong has in use for good.
    kept: Vec<Arc<ForeignPage>>,
    store: Option<XenStore>,
    hold: bool,
    held: Vec<bool>,
    /// vCPUs whose INVALIDATE is completed when no mapping from before it is in use.
    waiting: Vec<usize>,
}

/// Why the emulator ends.
#[derive(PartialEq, Eq)]
enum End {
    /// Somebody wants it to.
    Command,
    /// Its domain has ended, and the ioreq server with it.
    Domain,
}

impl Emulator {
    fn start(options: Options) -> Result<Self, Box<dyn Error>> {
        let Options {
            domid, vcpus, slot, ..
        } = options;
        let store = (options.with_domain && options.wrong != Some(Wrong::Outlives))
            .then(XenStore::open)
            .transpose()
            .while_("watch for domains that end")?;
        let model = DeviceModel::open().while_("open the device model interface")?;
        let events = EventChannels::open().while_("open the event channel interface")?;
        let memory = ForeignMemory::open(domid).while_("open the foreign memory interface")?;
        let id = model.create(domid).while_(format_args!(
            "create an ioreq server for domain {domid} (has this Xen CONFIG_IOREQ_SERVER?)"
        ))?;
        let start = || -> Result<_, Box<dyn Error>> {
            model
                .map_mmio(domid, id, BASE + slot * SIZE, SIZE)
                .while_("claim the registers")?;
            let page = memory
                .ioreq_page(id, vcpus)
                .while_("map the page of requests")?;
            model
                .enable(domid, id, true)
                .while_("enable the ioreq server")?;
            let ports = (0..vcpus)
                .map(|vcpu| events.bind(domid, page.port(vcpu)))
                .collect::<io::Result<Vec<_>>>()
                .while_("bind the event channels")?;
            Ok((page, ports))
        };
        let (page, ports) = start().inspect_err(|_| {
            // It goes with the domain in any case.
            let _left = model.destroy(domid, id);
        })?;
        say(format_args!("ready domain={domid} server={id} slot={slot}"));
        Ok(Self {
            held: vec![false; vcpus],
            options,
            model,
            id,
            events,
            page,
            ports,
            cache: MapCache::new(memory),
            device: Device::default(),
            kept: Vec::new(),
            store,
            hold: false,
            waiting: Vec::new(),
        })
    }

    /// Serves requests and commands until a command ends it.
    fn run(&mut self) -> Result<End, Box<dyn Error>> {
        let domid = self.options.domid;
        let mut commands = String::new();
        let mut stdin = io::stdin().lock();
        loop {
            let mut fds = vec![
                PollFd::new(&self.events, PollFlags::IN),
                PollFd::new(&stdin, PollFlags::IN),
            ];
            fds.extend(
                self.store
                    .iter()
                    .map(|store| PollFd::new(store, PollFlags::IN)),
            );
            poll(&mut fds, None).while_("wait")?;
            let is_there = |fd: &PollFd<'_>| !fd.revents().is_empty();
            let (event, command) = (is_there(&fds[0]), is_there(&fds[1]));
            let ended = fds.get(2).is_some_and(is_there);
            if ended && !self.store.as_ref().is_some_and(|store| store.has(domid)) {
                say("the domain has ended");
                return Ok(End::Domain);
            }
            if event {
                let port = self.events.take().while_("take an event")?;
                if let Some(vcpu) = self.ports.iter().position(|&of| of == port) {
                    self.serve(vcpu)?;
                }
            }
            if command {
                // As much as stdin buffers, so that nothing stays there unseen.
                let mut bytes = [0; 8192];
                let count = stdin.read(&mut bytes).while_("read a command")?;
                if count == 0 {
                    self.quit()?;
                    return Ok(End::Command);
                }
                commands.push_str(&String::from_utf8_lossy(&bytes[..count]));
                while let Some(end) = commands.find('\n') {
                    let line: String = commands.drain(..=end).collect();
                    match line.trim() {
                        "quit" => {
                            self.quit()?;
                            return Ok(End::Command);
                        }
                        "abandon" => return Ok(End::Command),
                        command => self.obey(command)?,
                    }
                }
            }
        }
    }

    /// Serves the request of a vCPU, if it has one.
    fn serve(&mut self, vcpu: usize) -> Result<(), Box<dyn Error>> {
        let base = BASE + self.options.slot * SIZE;
        let (data, event) = match self.page.pending(vcpu) {
            None => return Ok(()),
            Some(Kind::Invalidate) if self.hold => {
                if !std::mem::replace(&mut self.held[vcpu], true) {
                    say(format_args!("held vcpu={vcpu}"));
                }
                return Ok(());
            }
            Some(Kind::Invalidate) => return self.invalidate(vcpu),
            Some(Kind::Read(address)) => {
                let (value, event) = self.device.read(address.wrapping_sub(base));
                (value.into(), event)
            }
            Some(Kind::Write(address, value)) => {
                let value = u32::try_from(value & u64::from(u32::MAX))?;
                let offset = address.wrapping_sub(base);
                if self.options.wrong == Some(Wrong::KeepsBeside) && offset == register::BEGIN {
                    self.keep_beside(value.into());
                }
                (0, self.device.write(offset, value, &mut self.cache))
            }
            Some(Kind::Unknown(kind)) => {
                say(format_args!("unknown type={kind}"));
                match self.options.wrong {
                    Some(Wrong::UnknownEnds) => std::process::abort(),
                    Some(Wrong::UnknownStays) => return Ok(()),
                    // Whatever it is: its vCPU waits.
                    _ => (u64::MAX, None),
                }
            }
        };
        if let Some(event) = event {
            say(event);
        }
        self.complete(vcpu, data)?;
        self.complete_waiting()
    }

    /// Has the pages beside this one in use for good, the first time that it is called.
    fn keep_beside(&mut self, gfn: Gfn) {
        if self.kept.is_empty() {
            let beside = gfn + 1..gfn + 16;
            self.kept = beside.filter_map(|gfn| self.cache.get(gfn).ok()).collect();
        }
    }

    fn complete(&mut self, vcpu: usize, data: u64) -> Result<(), Box<dyn Error>> {
        self.page.complete(vcpu, data);
        self.events
            .notify(self.ports[vcpu])
            .while_(format_args!("notify vCPU {vcpu} of the completion"))
    }

    /// Drops the mappings; completes the ioreq when none of them is in use.
    fn invalidate(&mut self, vcpu: usize) -> Result<(), Box<dyn Error>> {
        match self.options.wrong {
            Some(Wrong::Keeps) => return self.complete(vcpu, 0),
            Some(Wrong::KeepsUsed | Wrong::KeepsBeside) => {
                self.cache.invalidate();
                return self.complete(vcpu, 0);
            }
            Some(Wrong::Early) => {
                self.complete(vcpu, 0)?;
                sleep(Duration::from_secs(1));
                self.cache.invalidate();
                return Ok(());
            }
            Some(Wrong::Late) => sleep(Duration::from_secs(40)),
            Some(Wrong::Never) => {
                self.cache.invalidate();
                return Ok(());
            }
            _ => {}
        }
        if !self.waiting.contains(&vcpu) {
            self.cache.invalidate();
            self.waiting.push(vcpu);
        }
        self.complete_waiting()?;
        if self.waiting.contains(&vcpu) {
            say(format_args!("waiting vcpu={vcpu}"));
        }
        Ok(())
    }

    /// Completes the INVALIDATEs that wait for uses to end, if they have.
    fn complete_waiting(&mut self) -> Result<(), Box<dyn Error>> {
        if self.waiting.is_empty() || !self.cache.is_quiesced() {
            return Ok(());
        }
        std::mem::take(&mut self.waiting)
            .into_iter()
            .try_for_each(|vcpu| self.complete(vcpu, 0))
    }

    fn obey(&mut self, command: &str) -> Result<(), Box<dyn Error>> {
        match command {
            "hold" => {
                self.hold = true;
                say("holding");
            }
            "release" => {
                self.release()?;
                say("released");
            }
            "end" => {
                let ended = self.device.end();
                say(ended);
                self.complete_waiting()?;
            }
            "counters" => self.counters(),
            "stats" => {
                let stats = self.cache.stats();
                say(format_args!(
                    "stats invalidations={} dropped={} mapped={} hits={} accesses={}",
                    stats.invalidations,
                    stats.dropped,
                    stats.mapped,
                    stats.hits,
                    self.device.accesses
                ));
            }
            _ => say(format_args!("error no such command: {command}")),
        }
        Ok(())
    }

    fn release(&mut self) -> Result<(), Box<dyn Error>> {
        self.hold = false;
        for vcpu in 0..self.held.len() {
            if std::mem::take(&mut self.held[vcpu]) {
                self.serve(vcpu)?;
            }
        }
        Ok(())
    }

    /// Completes the pending ioreqs, and waits until Xen has taken the completions.
    /// A request that came later would be pending for ever once the server has been
    /// destroyed: so the server is disabled first.
    fn quit(&mut self) -> Result<(), Box<dyn Error>> {
        self.model
            .enable(self.options.domid, self.id, false)
            .while_("disable the ioreq server")?;
        self.hold = false;
        self.device.abort();
        let vcpus = 0..self.held.len();
        vcpus.clone().try_for_each(|vcpu| self.serve(vcpu))?;
        // A vCPU that wakes up for its completion looks into the page, which goes
        // with the server: wait_for_io() makes Xen panic then. One that is paused
        // does not wake up.
        let deadline = Instant::now() + Duration::from_secs(1);
        while !vcpus.clone().all(|vcpu| self.page.is_free(vcpu)) {
            if Instant::now() > deadline {
                say("error Xen has not taken a completion");
                break;
            }
            sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    fn counters(&mut self) {
        let Some(gfn) = self.device.counters() else {
            return say("error nobody counts");
        };
        let Some(page) = device::read(&mut self.cache, gfn) else {
            return say("error cannot read the counters");
        };
        let counts = page[..self.options.vcpus.min(PAGE_WORDS)].iter();
        let text: String = counts
            .enumerate()
            .map(|(vcpu, count)| format!(" v{vcpu}={count}"))
            .collect();
        say(format_args!("counters{text}"));
    }

    fn stop(self) -> Result<(), Box<dyn Error>> {
        let domid = self.options.domid;
        self.model
            .destroy(domid, self.id)
            .while_(format_args!("destroy the ioreq server of domain {domid}"))?;
        say("destroyed");
        Ok(())
    }
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(Some(options)) => options,
        Ok(None) => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(why) => {
            eprint!("emulator: {why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let result = Emulator::start(options).and_then(|mut emulator| {
        let ran = emulator.run();
        if matches!(ran, Ok(End::Domain)) {
            return Ok(());
        }
        emulator.stop().and(ran.map(|_| ()))
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            say(format_args!("error {why}"));
            ExitCode::FAILURE
        }
    }
}
