// SPDX-License-Identifier: GPL-2.0-only

//! The registers that the servers emulate.

use super::{abi, arch};
use crate::protocol::SERVERS;

/// Bytes that each server emulates.
pub const SIZE: u64 = 0x1000;

/// Guest-physical address of the registers of a server: in a range that no
/// guest has RAM in.
pub const fn base(server: usize) -> u64 {
    assert!(server < SERVERS);
    abi::guest_virtio_mmio_base + server as u64 * SIZE
}

fn address(server: usize, offset: u64) -> usize {
    assert!(offset < SIZE && offset % 4 == 0);
    usize::try_from(base(server) + offset).expect("memory is addressable")
}

/// Reads a register of a server.
pub fn read(server: usize, offset: u64) -> u32 {
    // SAFETY: `address()` returns nothing but addresses of emulated registers.
    unsafe { arch::mmio_read(address(server, offset)) }
}

/// Writes a register of a server.
pub fn write(server: usize, offset: u64, value: u32) {
    // SAFETY: `address()` returns nothing but addresses of emulated registers.
    unsafe { arch::mmio_write(address(server, offset), value) }
}
