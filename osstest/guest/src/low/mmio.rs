// SPDX-License-Identifier: GPL-2.0-only

//! The registers that the servers emulate: one each.

use super::{abi, arch};
use crate::protocol::MOST_SERVERS;

/// Bytes that each server emulates.
pub const SIZE: u64 = 0x1000;

/// Guest-physical address of what a server emulates: in a range that no guest
/// has RAM in.
pub const fn base(server: usize) -> u64 {
    assert!(server < MOST_SERVERS);
    abi::guest_virtio_mmio_base + server as u64 * SIZE
}

/// Guest-physical address of a server's register.
pub const fn register(server: usize) -> u64 {
    base(server) + 8
}

fn pointer(server: usize) -> usize {
    usize::try_from(register(server)).expect("memory is addressable")
}

/// Reads the register of a server.
pub fn read(server: usize) -> u32 {
    // SAFETY: the address of an emulated register.
    unsafe { arch::mmio_read(pointer(server)) }
}

/// Writes the register of a server.
pub fn write(server: usize, value: u32) {
    // SAFETY: the address of an emulated register.
    unsafe { arch::mmio_write(pointer(server), value) }
}

/// Accesses any of the registers, of a server that may not be there; whether that
/// was possible.
pub fn try_access(server: usize, offset: u64, value: u32) -> bool {
    assert!(offset < SIZE && offset % 4 == 0);
    let address = usize::try_from(base(server) + offset).expect("memory is addressable");
    // SAFETY: an address in a range that no guest has RAM in.
    unsafe { arch::try_access(address, value) }
}
