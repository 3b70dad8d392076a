// SPDX-License-Identifier: GPL-2.0-only

//! How the probe has the emulator that is tested map pages: the one part of the kit
//! that knows its device.

mod registers;
mod virtio_blk;

use emulator::{Gfn, low::guest::Pages};
use std::io;

/// The device of an emulator.
pub(crate) trait Device {
    /// What one of its registers reads as, and what it has to read as: it never changes.
    fn id(&self) -> (u32, u32);

    /// Has it read these pages. How many of them have not the pattern of this
    /// generation, as it sees them.
    fn reads(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<usize>;

    /// Has it use these pages until [`ends`](Self::ends).
    fn begins(&mut self, gfns: &[Gfn], generation: u32) -> io::Result<()>;

    /// Has it end, or waits until it does; how many of the pages had not the pattern.
    fn ends(&mut self) -> io::Result<usize>;

    /// The superpage that begins with what the device uses all the time: [`OWN`] pages.
    fn near(&self) -> &Pages;
}

/// So many pages of [`Device::near`] are the device's own.
pub(crate) const OWN: usize = 8;

/// The devices, by the names that a file of `conformance/emulators` gives them.
pub(crate) fn open(name: &str) -> io::Result<Box<dyn Device>> {
    match name {
        "registers" => Ok(Box::new(registers::Device::open()?)),
        "virtio-blk" => Ok(Box::new(virtio_blk::Device::open()?)),
        _ => Err(io::Error::other(format!("no such device: {name}"))),
    }
}
