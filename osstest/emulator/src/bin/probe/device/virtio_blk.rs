// SPDX-License-Identifier: GPL-2.0-only

//! Two disks by virtio-mmio, of which the second takes its time (virtio 1.2, sections 4.2
//! and 5.2). What the emulator sees of a page is what it writes to a disk.

use emulator::{
    Gfn, PAGE_SIZE, PAGE_WORDS,
    low::guest::{Pages, Registers},
    pattern::{Verdict, judge},
};
use std::{
    io,
    sync::atomic::Ordering::{Acquire, Release},
    thread,
    time::{Duration, Instant},
};

/// Of a guest's virtio devices (`GUEST_VIRTIO_MMIO_BASE`); each has [`SLOT`] bytes.
const BASE: u64 = 0x0200_0000;
const SLOT: u64 = 0x200;

/// The registers, by offset.
mod register {
    pub(super) const MAGIC: u64 = 0;
    pub(super) const DEVICE: u64 = 0x8;
    pub(super) const FEATURES: u64 = 0x20;
    pub(super) const FEATURES_SELECT: u64 = 0x24;
    pub(super) const QUEUE_SELECT: u64 = 0x30;
    pub(super) const QUEUE_SIZE: u64 = 0x38;
    pub(super) const QUEUE_READY: u64 = 0x44;
    pub(super) const NOTIFY: u64 = 0x50;
    pub(super) const STATUS: u64 = 0x70;
    /// Low half; the high one follows.
    pub(super) const DESCRIPTORS: u64 = 0x80;
    pub(super) const AVAILABLE: u64 = 0x90;
    pub(super) const USED: u64 = 0xa0;
}

/// "virt".
const MAGIC: u32 = 0x7472_6976;
const BLOCK: u32 = 2;

/// Steps of the device's status: each has those before it.
mod status {
    pub(super) const ACKNOWLEDGED: u32 = 1;
    pub(super) const DRIVER: u32 = ACKNOWLEDGED | 2;
    pub(super) const FEATURES_OK: u32 = DRIVER | 8;
    pub(super) const READY: u32 = FEATURES_OK | 4;
}

/// Bit 32 of the features: the device is one of virtio 1.
const VERSION_1: u32 = 1;

/// Descriptors in a queue, and pages in a request: two more are for its header and its
/// status.
const QUEUE: u32 = 128;
const MOST: usize = 120;

/// Where the parts of a queue are in its first page, in words. In the second is the header
/// of a request and, at [`STATUS`], what came of it.
const AVAILABLE: usize = 256;
const USED: usize = 320;
const STATUS: usize = 8;

/// A descriptor's flags.
const NEXT: u64 = 1;
const TO_GUEST: u64 = 2;

/// What a request does, by the type in its header.
#[derive(Clone, Copy)]
enum Transfer {
    ToGuest = 0,
    FromGuest = 1,
}

/// In which a request has to be done.
const LIMIT: Duration = Duration::from_secs(20);

/// Which of the disks.
const FAST: usize = 0;
const SLOW: usize = 1;

/// A disk, and where in the pages near its queue is.
struct Disk {
    slot: u64,
    page: usize,
    /// Requests since it was set up.
    requests: u16,
}

pub(super) struct Device {
    registers: Registers,
    near: Pages,
    /// Where what was written to a disk is read to.
    back: Pages,
    disks: [Disk; 2],
    begun: (Vec<Gfn>, u32),
}

impl Device {
    pub(super) fn open() -> io::Result<Self> {
        let disk = |slot, page| Disk {
            slot: slot * SLOT,
            page,
            requests: 0,
        };
        Ok(Self {
            registers: Registers::at(BASE)?,
            near: Pages::allocate_superpage()?,
            back: Pages::allocate(MOST)?,
            disks: [disk(0, 0), disk(1, 2)],
            begun: (Vec::new(), 0),
        })
    }

    /// How many pages on the disk have not the pattern.
    fn bad(&mut self, which: usize, gfns: &[Gfn], generation: u32) -> io::Result<usize> {
        let back = self.back.gfns()?;
        let mut disk = self.disk(which);
        disk.begin(Transfer::ToGuest, &back[..gfns.len()])?;
        disk.end()?;
        let bad = gfns.iter().enumerate().filter(|&(page, &gfn)| {
            let mut seen = [0; PAGE_WORDS];
            for (index, word) in seen.iter_mut().enumerate() {
                *word = self.back.atomic(page, index).load(Acquire);
            }
            judge(&seen, gfn, generation) != Verdict::Right
        });
        Ok(bad.count())
    }

    fn disk(&mut self, which: usize) -> Parts<'_> {
        Parts {
            registers: &self.registers,
            near: &self.near,
            disk: &mut self.disks[which],
        }
    }
}

/// A disk, with what it works on.
struct Parts<'a> {
    registers: &'a Registers,
    near: &'a Pages,
    disk: &'a mut Disk,
}

impl Parts<'_> {
    fn write(&self, register: u64, value: u32) {
        self.registers.write(self.disk.slot + register, value);
    }

    fn read(&self, register: u64) -> u32 {
        self.registers.read(self.disk.slot + register)
    }

    /// A word of its pages.
    fn put(&self, page: usize, word: usize, value: u64) {
        let page = self.disk.page + page;
        self.near.atomic(page, word).store(value, Release);
    }

    fn get(&self, page: usize, word: usize) -> u64 {
        let page = self.disk.page + page;
        self.near.atomic(page, word).load(Acquire)
    }

    fn address(&self, page: usize) -> io::Result<u64> {
        Ok(self.near.gfn(self.disk.page + page)? * PAGE_SIZE as u64)
    }

    /// Sets the device up, unless it is: an emulator that has just been started knows
    /// nothing of it.
    fn set_up(&mut self) -> io::Result<()> {
        if self.read(register::STATUS) == status::READY {
            return Ok(());
        }
        match (self.read(register::MAGIC), self.read(register::DEVICE)) {
            (MAGIC, BLOCK) => {}
            (magic, device) => {
                return Err(io::Error::other(format!(
                    "there is no disk: magic={magic:#x} device={device}"
                )));
            }
        }
        self.write(register::STATUS, 0);
        self.write(register::STATUS, status::DRIVER);
        for (half, features) in [(0, 0), (1, VERSION_1)] {
            self.write(register::FEATURES_SELECT, half);
            self.write(register::FEATURES, features);
        }
        self.write(register::STATUS, status::FEATURES_OK);
        for word in 0..PAGE_WORDS {
            self.put(0, word, 0);
        }
        self.disk.requests = 0;
        self.write(register::QUEUE_SELECT, 0);
        self.write(register::QUEUE_SIZE, QUEUE);
        let page = self.address(0)?;
        for (register, word) in [
            (register::DESCRIPTORS, 0),
            (register::AVAILABLE, AVAILABLE),
            (register::USED, USED),
        ] {
            let address = page + word as u64 * 8;
            let [low, high] = halves(address);
            self.write(register, low);
            self.write(register + 4, high);
        }
        self.write(register::QUEUE_READY, 1);
        self.write(register::STATUS, status::READY);
        match self.read(register::STATUS) {
            status::READY => Ok(()),
            status => Err(io::Error::other(format!("the disk has status {status:#x}"))),
        }
    }

    /// Has the device transfer these pages to or from the disk's beginning.
    fn begin(&mut self, transfer: Transfer, gfns: &[Gfn]) -> io::Result<()> {
        self.set_up()?;
        let header = self.address(1)?;
        self.put(1, 0, transfer as u64);
        self.put(1, 1, 0);
        self.put(1, STATUS, u64::MAX);
        let data = match transfer {
            Transfer::ToGuest => TO_GUEST,
            Transfer::FromGuest => 0,
        };
        let pages = gfns
            .iter()
            .map(|gfn| (gfn * PAGE_SIZE as u64, PAGE_SIZE, data));
        let all = [(header, 16, 0)].into_iter().chain(pages).chain([(
            header + STATUS as u64 * 8,
            1,
            TO_GUEST,
        )]);
        let last = gfns.len() as u64 + 1;
        for (index, (address, length, flags)) in all.enumerate() {
            let next = index as u64 + 1;
            let flags = if next > last {
                flags
            } else {
                flags | NEXT | (next << 16)
            };
            self.put(0, 2 * index, address);
            self.put(0, 2 * index + 1, length as u64 | (flags << 32));
        }
        // Each request is the chain that begins with descriptor 0, as all of the ring says.
        self.disk.requests = self.disk.requests.wrapping_add(1);
        self.put(0, AVAILABLE, u64::from(self.disk.requests) << 16);
        self.write(register::NOTIFY, 0);
        Ok(())
    }

    fn is_done(&self) -> bool {
        (self.get(0, USED) >> 16) & 0xffff == u64::from(self.disk.requests)
    }

    /// Waits until the device has done that.
    fn end(&mut self) -> io::Result<()> {
        let start = Instant::now();
        while !self.is_done() {
            if start.elapsed() > LIMIT {
                return Err(io::Error::other("a request of the disk is not done"));
            }
            thread::sleep(Duration::from_millis(1));
        }
        match self.get(1, STATUS) & 0xff {
            0 => Ok(()),
            status => Err(io::Error::other(format!("a request ended with {status}"))),
        }
    }
}

/// The low one first.
fn halves(address: u64) -> [u32; 2] {
    [address, address >> 32].map(|half| u32::try_from(half & 0xffff_ffff).expect("32 bits"))
}

impl super::Device for Device {
    fn id(&self) -> (u32, u32) {
        (self.registers.read(register::MAGIC), MAGIC)
    }

    fn reads(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<usize> {
        let mut bad = 0;
        for some in gfns.chunks(MOST) {
            self.disk(FAST).begin(Transfer::FromGuest, some)?;
            self.disk(FAST).end()?;
            bad += self.bad(FAST, some, generation)?;
        }
        Ok(bad)
    }

    /// The disk does one request in a second: the first of them immediately.
    fn begins(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<()> {
        self.begun = (gfns.to_vec(), generation);
        let mut disk = self.disk(SLOW);
        disk.begin(Transfer::FromGuest, gfns)?;
        disk.end()?;
        disk.begin(Transfer::FromGuest, gfns)?;
        thread::sleep(Duration::from_millis(100));
        if disk.is_done() {
            return Err(io::Error::other("the second disk does not take its time"));
        }
        Ok(())
    }

    fn ends(&mut self) -> io::Result<usize> {
        self.disk(SLOW).end()?;
        let (gfns, generation) = std::mem::take(&mut self.begun);
        self.bad(SLOW, &gfns, generation)
    }

    fn near(&self) -> &Pages {
        &self.near
    }
}
