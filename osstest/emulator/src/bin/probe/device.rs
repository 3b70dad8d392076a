// SPDX-License-Identifier: GPL-2.0-only

//! How the probe has the emulator that is tested map pages: the one part of the kit
//! that knows its device. This is the one of our own emulator.

use emulator::{
    Gfn,
    descriptor::{Descriptor, Expect},
    device::{BASE, register},
    low::guest::{Pages, Registers},
};
use std::io;

pub(crate) struct Device {
    registers: Registers,
    list: Pages,
}

impl Device {
    pub(crate) fn open() -> io::Result<Self> {
        Ok(Self {
            registers: Registers::at(BASE)?,
            list: Pages::allocate(1)?,
        })
    }

    /// What one of its registers reads as that never changes.
    pub(crate) fn id(&self) -> u32 {
        self.registers.read(register::ID)
    }

    /// Has it read these pages. How many of them have not the pattern of this
    /// generation, as it sees them.
    pub(crate) fn reads(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<usize> {
        self.begins(gfns, generation)?;
        Ok(self.ends())
    }

    /// Has it use these pages until it is to end that.
    pub(crate) fn begins(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<()> {
        let list = Descriptor {
            expect: Expect::Generation(generation),
            gfns: gfns.to_vec(),
        };
        self.list.write_page(0, &list.encode());
        let gfn = u32::try_from(self.list.gfn(0)?).map_err(io::Error::other)?;
        self.registers.write(register::BEGIN, gfn);
        Ok(())
    }

    /// Has it end; how many of the pages had not the pattern.
    pub(crate) fn ends(&self) -> usize {
        self.registers.write(register::END, 0);
        self.registers.read(register::BAD) as usize
    }
}
