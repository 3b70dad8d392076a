// SPDX-License-Identifier: GPL-2.0-only

//! The device of `emulator`: it is given a page that lists pages.

use emulator::{
    Gfn,
    descriptor::{Descriptor, Expect, MAX_PAGES},
    device::{BASE, ID, register},
    low::guest::{Pages, Registers},
};
use std::io;

pub(super) struct Device {
    registers: Registers,
    /// The list is its first page.
    near: Pages,
}

impl Device {
    pub(super) fn open() -> io::Result<Self> {
        Ok(Self {
            registers: Registers::at(BASE)?,
            near: Pages::allocate_superpage()?,
        })
    }
}

impl super::Device for Device {
    fn id(&self) -> (u32, u32) {
        (self.registers.read(register::ID), ID)
    }

    fn reads(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<usize> {
        let mut bad = 0;
        for some in gfns.chunks(MAX_PAGES) {
            self.begins(some, generation)?;
            bad += self.ends()?;
        }
        Ok(bad)
    }

    fn begins(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<()> {
        let list = Descriptor {
            expect: Expect::Generation(generation),
            gfns: gfns.to_vec(),
        };
        self.near.write_page(0, &list.encode());
        let gfn = u32::try_from(self.near.gfn(0)?).map_err(io::Error::other)?;
        self.registers.write(register::BEGIN, gfn);
        Ok(())
    }

    fn ends(&mut self) -> io::Result<usize> {
        self.registers.write(register::END, 0);
        Ok(self.registers.read(register::BAD) as usize)
    }

    fn near(&self) -> &Pages {
        &self.near
    }
}
