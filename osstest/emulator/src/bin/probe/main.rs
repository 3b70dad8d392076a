// SPDX-License-Identifier: GPL-2.0-only

//! The conformance kit's part in the guest: has the emulator map pages, gives them away,
//! and looks whether they are gone.
//!
//! It needs no word of the emulator for that. A page that is given away belongs to the
//! guest for as long as somebody has it mapped, and Xen says how many belong to it.

mod device;
mod shape;

use device::{Device, OWN};
use emulator::{
    Gfn,
    low::{
        guest::Pages,
        privcmd::{Domain, Xen},
    },
    pattern,
};
use rustix::thread::{sched_getaffinity, sched_setaffinity};
use shape::{SHAPES, Shape, only_on};
use std::{
    error::Error,
    io, thread,
    time::{Duration, Instant},
};

const USAGE: &str = "\
Usage: probe DEVICE

DEVICE is the one that the emulator has: registers, which is our own emulator's, or
virtio-blk. Reads commands from standard input, a line each, and
replies to each with a line that begins with PROBE: ok, wrong and what, or error and
why it could not test anything.

  shapes      the shapes of memory that there are
  id          read the register of the device that never changes
  give SHAPE  have the emulator read pages, and give them away in that shape
  in-use      give pages away that the emulator is using
  beside      give pages away that are beside what the device uses all the time
  lend        have the emulator read a page, which somebody else then takes away
  lent        look whether it has gone
  end         end
";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// What an emulator gets wrong, or in what it did not.
type Verdict = std::result::Result<String, String>;

struct Probe {
    xen: Xen,
    device: Box<dyn Device>,
    generation: u32,
    lent: Option<(Pages, usize)>,
}

impl Probe {
    fn new(device: &str) -> Result<Self> {
        Ok(Self {
            xen: Xen::open()?,
            device: device::open(device)?,
            generation: 0,
            lent: None,
        })
    }

    /// Writes a new pattern; has the device read those pages. How many it sees otherwise.
    fn fill(&mut self, pages: &mut Pages, gfns: &[Gfn]) -> Result<usize> {
        self.generation += 1;
        for (page, &gfn) in gfns.iter().enumerate() {
            pages.write(page, pattern::words(gfn, self.generation));
        }
        Ok(self.device.reads(gfns, self.generation)?)
    }

    fn filled(&mut self, pages: &mut Pages, gfns: &[Gfn]) -> Result<()> {
        match self.fill(pages, gfns)? {
            0 => Ok(()),
            bad => Err(format!(
                "the device sees {bad} of {} pages as not written",
                gfns.len()
            )
            .into()),
        }
    }

    fn give(&mut self, shape: &Shape) -> Result<Verdict> {
        let mut pages = (shape.allocate)()?;
        let gfns = pages.gfns()?;
        let count = gfns.len();
        self.filled(&mut pages, &gfns)?;
        let before = self.xen.owned()?;
        let given = &gfns[shape.from..];
        let start = Instant::now();
        (shape.give)(&self.xen, given)?;
        let ms = start.elapsed().as_millis();
        let after = self.xen.owned()?;
        let reached = (after + given.len()).saturating_sub(before);
        if shape.frees && reached > 0 {
            // There may be no memory to fill the unpopulated GFNs with: nobody is to use them.
            std::mem::forget(pages);
            let count = given.len();
            return Ok(Err(format!(
                "the emulator still reaches {reached} of {count} pages that the guest gave away"
            )));
        }
        (shape.back)(&self.xen, given)?;
        Ok(match self.fill(&mut pages, &gfns)? {
            0 => Ok(format!(
                "pages={} owned={before}-{after} ms={ms}",
                given.len()
            )),
            stale => Err(format!(
                "the emulator sees {stale} of {count} pages as they were"
            )),
        })
    }

    /// The use ends by vCPU 1's doing, while vCPU 0 waits until its hypercall, which has
    /// given the pages away, is complete.
    fn in_use(&mut self) -> Result<Verdict> {
        const PAGES: usize = 8;
        let mut pages = Pages::allocate(PAGES)?;
        let gfns = pages.gfns()?;
        self.filled(&mut pages, &gfns)?;
        self.device.begins(&gfns, self.generation)?;
        let before = self.xen.owned()?;
        let (xen, device, gfns) = (&self.xen, &mut self.device, &gfns);
        let anywhere = sched_getaffinity(None)?;
        only_on(1)?;
        let (after, ms, bad) = thread::scope(|scope| -> Result<_> {
            let giving = scope.spawn(move || -> io::Result<_> {
                only_on(0)?;
                let start = Instant::now();
                xen.decrease(Domain::Own, gfns, 0)?;
                Ok((xen.owned()?, start.elapsed().as_millis()))
            });
            thread::sleep(Duration::from_secs(1));
            let bad = device.ends()?;
            let (after, ms) = giving.join().expect("it does not panic")?;
            Ok((after, ms, bad))
        })?;
        sched_setaffinity(None, &anywhere)?;
        xen.populate(gfns, 0)?;
        let reached = (after + PAGES).saturating_sub(before);
        if reached > 0 {
            return Ok(Err(format!(
                "the emulator has completed while it uses {reached} pages that the guest gave away"
            )));
        }
        Ok(Ok(format!("pages={PAGES} seen-otherwise={bad} ms={ms}")))
    }

    /// The device has used what is its own, and has it mapped for good, perhaps; with more
    /// than that, perhaps.
    fn beside(&mut self) -> Result<Verdict> {
        let mut pages = Pages::allocate(1)?;
        let gfns = pages.gfns()?;
        self.filled(&mut pages, &gfns)?;
        let beside = &self.device.near().gfns()?[OWN..];
        let before = self.xen.owned()?;
        self.xen.decrease(Domain::Own, beside, 0)?;
        let after = self.xen.owned()?;
        let count = beside.len();
        let reached = (after + count).saturating_sub(before);
        if reached > 0 {
            return Ok(Err(format!(
                "the emulator still reaches {reached} of {count} pages beside its own"
            )));
        }
        self.xen.populate(beside, 0)?;
        self.filled(&mut pages, &gfns)?;
        Ok(Ok(format!("pages={count} owned={before}-{after}")))
    }

    fn lend(&mut self) -> Result<String> {
        let mut pages = Pages::allocate(1)?;
        let gfns = pages.gfns()?;
        self.filled(&mut pages, &gfns)?;
        let owned = self.xen.owned()?;
        self.lent = Some((pages, owned));
        Ok(format!("gfn={}", gfns[0]))
    }

    fn lent(&mut self) -> Result<Verdict> {
        let (mut pages, before) = self.lent.take().ok_or("nothing is lent")?;
        let after = self.xen.owned()?;
        if after >= before {
            std::mem::forget(pages);
            return Ok(Err("the emulator still reaches the page".into()));
        }
        let gfns = pages.gfns()?;
        self.xen.populate(&gfns, 0)?;
        Ok(match self.fill(&mut pages, &gfns)? {
            0 => Ok("pages=1".into()),
            _ => Err("the emulator sees the page as it was".into()),
        })
    }

    fn obey(&mut self, command: &str) -> Result<Verdict> {
        match command {
            "shapes" => {
                let names: Vec<_> = SHAPES.iter().map(|shape| shape.name).collect();
                Ok(Ok(names.join(" ")))
            }
            "id" => Ok(match self.device.id() {
                (id, wanted) if id == wanted => Ok(format!("id={id:#x}")),
                (id, wanted) => Err(format!("the register has {id:#x}, not {wanted:#x}")),
            }),
            "in-use" => self.in_use(),
            "beside" => self.beside(),
            "lend" => self.lend().map(Ok),
            "lent" => self.lent(),
            _ => {
                let named = |shape: &&Shape| command.strip_prefix("give ") == Some(shape.name);
                let shape = SHAPES.iter().find(named);
                self.give(shape.ok_or_else(|| format!("no such command: {command}"))?)
            }
        }
    }
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(device), None) = (arguments.next(), arguments.next()) else {
        print!("{USAGE}");
        return Ok(());
    };
    let mut probe = Probe::new(&device)?;
    println!("PROBE ready");
    for line in io::stdin().lines() {
        match line?.as_str() {
            "end" => break,
            command => match probe.obey(command) {
                Ok(Ok(found)) => println!("PROBE ok {found}"),
                Ok(Err(wrong)) => println!("PROBE wrong {wrong}"),
                Err(why) => println!("PROBE error {why}"),
            },
        }
    }
    Ok(())
}
