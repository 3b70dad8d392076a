// SPDX-License-Identifier: GPL-2.0-only

//! The agent, in the domU: has the emulators read its memory, and gives the memory
//! back to the kernel, from which the balloon takes it.

use emulator::{
    Gfn, PAGE_SIZE,
    descriptor::{Descriptor, Expect, MAX_PAGES},
    device::{BASE, ID, SIZE, register},
    low::guest::{Pages, Registers, is_gone},
    pattern,
};
use rustix::thread::{CpuSet, sched_setaffinity};
use std::{
    collections::{BTreeSet, HashSet},
    error::Error,
    fs, io,
    sync::atomic::Ordering,
    thread,
    time::Duration,
};

const USAGE: &str = "\
Usage: agent --vcpus N --mib N

Reads commands from standard input, a line each, and replies to each with a line
that begins with AGENT. SLOTS are numbers of emulators.

  hello SLOTS            check their registers
  count SLOTS            write to their registers in which page each vCPU counts
  fill GENERATION SLOTS  fill MIB of memory, and have them read a sample of it
  look SLOTS             have them read the same sample again
  begin SLOTS            have them begin to read it again: its pages are in use until
                         each is commanded to end that
  drop                   give the memory back to the kernel
  gone SLOTS             have them try to read those pages of the sample that the
                         balloon has given away since
  balloon                how many hypercalls to remove pages the balloon has made,
                         and how often its thread was migrated
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

struct Agent {
    /// The page of the descriptor, which the emulators read one after the other.
    list: Pages,
    counters: &'static Pages,
    count: usize,
    pages: Option<Pages>,
    generation: u32,
    sample: Vec<Gfn>,
}

impl Agent {
    fn new(vcpus: usize, mib: usize) -> Result<Self> {
        let counters: &Pages = Box::leak(Box::new(Pages::allocate(1)?));
        for vcpu in 0..vcpus {
            thread::spawn(move || count(counters, vcpu));
        }
        Ok(Self {
            list: Pages::allocate(1)?,
            counters,
            count: (mib << 20) / PAGE_SIZE,
            pages: None,
            generation: 0,
            sample: Vec::new(),
        })
    }

    fn obey(&mut self, command: &str) -> Result<String> {
        let mut words = command.split_whitespace();
        let verb = words.next().unwrap_or_default();
        if verb == "fill" {
            let generation = words.next().ok_or("fill which generation?")?;
            self.fill(generation.parse()?)?;
        }
        let slots = words
            .map(|slot| Ok(slot.parse()?))
            .collect::<Result<Vec<u64>>>()?;
        match verb {
            "hello" => hello(&slots),
            "count" => {
                let gfn = u32::try_from(self.counters.gfn(0)?)?;
                for registers in registers(&slots)? {
                    registers.write(register::COUNTERS, gfn);
                }
                Ok("counting".into())
            }
            "fill" | "look" => {
                let (expect, gfns) = (Expect::Generation(self.generation), self.sample.clone());
                self.transfer(&slots, expect, gfns)
            }
            "begin" => {
                self.describe(Expect::Generation(self.generation), self.sample.clone());
                let gfn = u32::try_from(self.list.gfn(0)?)?;
                for registers in registers(&slots)? {
                    registers.write(register::BEGIN, gfn);
                }
                Ok("begun".into())
            }
            "drop" => {
                self.pages = None;
                Ok("dropped".into())
            }
            "gone" => {
                let mut gone = Vec::new();
                for &gfn in &self.sample {
                    if is_gone(gfn)? {
                        gone.push(gfn);
                    }
                }
                self.transfer(&slots, Expect::Gone, gone)
            }
            "balloon" => balloon(),
            _ => Err(format!("no such command: {command}").into()),
        }
    }

    fn fill(&mut self, generation: u32) -> Result<()> {
        self.pages = None;
        let mut pages = Pages::allocate(self.count)?;
        self.generation = generation;
        let gfns = pages.gfns()?;
        let earlier: HashSet<Gfn> = self.sample.drain(..).collect();
        // Up to half of them were in the sample before, and have come back: of these an
        // emulator may have stale mappings.
        let mut chosen: BTreeSet<usize> = (0..gfns.len())
            .filter(|&page| earlier.contains(&gfns[page]))
            .take(MAX_PAGES / 2)
            .collect();
        let step = gfns.len().div_ceil(MAX_PAGES - chosen.len());
        chosen.extend((0..gfns.len()).step_by(step));
        for page in chosen {
            let gfn = gfns[page];
            pages.write(page, pattern::words(gfn, generation));
            self.sample.push(gfn);
        }
        self.pages = Some(pages);
        Ok(())
    }

    fn describe(&mut self, expect: Expect, gfns: Vec<Gfn>) {
        self.list
            .write_page(0, &Descriptor { expect, gfns }.encode());
    }

    /// Has the device of each slot look at these pages. The reply says how many of
    /// them were not as expected.
    fn transfer(&mut self, slots: &[u64], expect: Expect, gfns: Vec<Gfn>) -> Result<String> {
        let count = gfns.len();
        self.describe(expect, gfns);
        let gfn = u32::try_from(self.list.gfn(0)?)?;
        let mut bad = 0;
        for registers in registers(slots)? {
            registers.write(register::DMA, gfn);
            bad += registers.read(register::BAD);
        }
        Ok(format!(
            "transferred pages={count} slots={} bad={bad}",
            slots.len()
        ))
    }
}

fn registers(slots: &[u64]) -> io::Result<Vec<Registers>> {
    let at = |slot| Registers::at(BASE + slot * SIZE);
    slots.iter().map(at).collect()
}

fn hello(slots: &[u64]) -> Result<String> {
    for (slot, registers) in slots.iter().zip(registers(slots)?) {
        let id = registers.read(register::ID);
        if id != ID {
            return Err(format!("slot {slot} has {id:#x}, not {ID:#x}").into());
        }
        for value in [0, 1, 0x1234_5678, u32::MAX] {
            registers.write(register::SCRATCH, value);
            let read = registers.read(register::SCRATCH);
            if read != !value {
                return Err(format!("slot {slot} gives {read:#x} for {value:#x}").into());
            }
        }
    }
    Ok(format!("hello slots={}", slots.len()))
}

/// What the domU's init has the kernel count, and what that counts anyway.
fn balloon() -> Result<String> {
    let probes = fs::read_to_string("/sys/kernel/tracing/kprobe_profile")?;
    let hypercalls = counted(&probes, "decrease").ok_or("there is no probe")?;
    for process in fs::read_dir("/proc")? {
        let process = process?.path();
        let name = fs::read_to_string(process.join("comm")).unwrap_or_default();
        if name.trim_end() == "xen-balloon" {
            let schedule = fs::read_to_string(process.join("sched"))?;
            let migrations = counted(&schedule, "se.nr_migrations")
                .ok_or("the kernel does not count migrations")?;
            return Ok(format!(
                "balloon hypercalls={hypercalls} migrations={migrations}"
            ));
        }
    }
    Err("there is no balloon".into())
}

/// The first number of the line that begins with this word.
fn counted(lines: &str, word: &str) -> Option<u64> {
    let words = |line: &str| -> Option<u64> {
        let mut words = line.split_whitespace();
        (words.next()? == word).then_some(())?;
        words.find_map(|word| word.parse().ok())
    };
    lines.lines().find_map(words)
}

/// Counts how often this vCPU has come by.
fn count(counters: &Pages, vcpu: usize) {
    let mut here = CpuSet::new();
    here.set(vcpu);
    if let Err(why) = sched_setaffinity(None, &here) {
        println!("AGENT error cannot count on vCPU {vcpu}: {why}");
        return;
    }
    loop {
        counters.atomic(0, vcpu).fetch_add(1, Ordering::Relaxed);
        thread::sleep(Duration::from_millis(2));
    }
}

fn options() -> std::result::Result<(usize, usize), lexopt::Error> {
    use lexopt::prelude::*;
    let (mut vcpus, mut mib) = (1, 16);
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Long("vcpus") => vcpus = parser.value()?.parse()?,
            Long("mib") => mib = parser.value()?.parse()?,
            Short('h') | Long("help") => {
                print!("{USAGE}");
                std::process::exit(0);
            }
            _ => return Err(arg.unexpected()),
        }
    }
    Ok((vcpus, mib))
}

fn main() -> Result<()> {
    let (vcpus, mib) = options()?;
    let mut agent = Agent::new(vcpus, mib)?;
    println!("AGENT ready");
    for line in io::stdin().lines() {
        match agent.obey(&line?) {
            Ok(reply) => println!("AGENT {reply}"),
            Err(why) => println!("AGENT error {why}"),
        }
    }
    Ok(())
}
