// SPDX-License-Identifier: GPL-2.0-only

//! Guest frames whose mapping may change.

use super::{abi, arch};
use core::{
    cell::UnsafeCell,
    ops::Range,
    sync::atomic::{AtomicU64, Ordering},
};

const PAGE_SHIFT: u32 = 12;
const PAGE_SIZE: usize = 1 << PAGE_SHIFT;

/// Pages that one superpage of 2 MiB maps.
pub const SUPERPAGE: usize = 512;

/// `extent_order` of a page.
pub const PAGE_ORDER: u32 = 0;

/// `extent_order` of a superpage.
pub const SUPERPAGE_ORDER: u32 = 9;

/// In the domU's 64 MiB the shared page is at 2, the arena from 4 to 58. In front
/// of them is the image on arm64, behind them the image on arm32 and the device
/// tree (kernel_zimage_place(), place_modules()).
const SHARED_GFN: u64 = (abi::guest_ram_base >> PAGE_SHIFT) + SUPERPAGE as u64;
const ARENA: Range<u64> = SHARED_GFN + SUPERPAGE as u64..SHARED_GFN + 28 * SUPERPAGE as u64;

/// The first frame of the last superpage of the arena.
pub(super) const LAST_SUPERPAGE: u64 = ARENA.end - SUPERPAGE as u64;

/// A frame of this guest that Rust does not use: whatever happens to its
/// mapping, no object is lost.
///
/// # Invariants
///
/// It is part of a domU's [`Arena`], is a [`Frame`], or is [`Gfn::NOWHERE`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Gfn(u64);

impl Gfn {
    /// A frame that no guest can have, whichever bits of it Xen looks at: too
    /// large for any guest's memory map, and its low 32 bits are as well.
    // INVARIANT: that one.
    pub const NOWHERE: Self = Self(0xffff_ffff_fff0);

    /// The n-th frame behind this one, in the arena.
    pub fn plus(self, n: u64) -> Self {
        let gfn = self.0 + n;
        assert!(ARENA.contains(&gfn), "no part of the arena");
        // INVARIANT: just asserted.
        Self(gfn)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// Its guest-physical address.
    pub const fn address(self) -> u64 {
        self.0 << PAGE_SHIFT
    }

    /// Reads the first word of what is mapped there; if nothing is, this is a
    /// fault that ends the guest.
    pub fn peek(self) -> u64 {
        // SAFETY: Rust has no object there, and any value is a `u64`.
        unsafe { self.pointer::<u64>().read_volatile() }
    }

    /// Writes the first word of what is mapped there.
    pub fn poke(self, value: u64) {
        // SAFETY: Rust has no object there that this could change.
        unsafe { self.pointer::<u64>().write_volatile(value) }
    }

    /// Writes a frame's number into the first words of what is mapped there, if
    /// anything is.
    pub fn try_poke(self, frame: Self) -> bool {
        let number = u32::try_from(frame.0).unwrap_or(u32::MAX);
        let address = self.pointer::<u32>().expose_provenance();
        // SAFETY: Rust has no object there that this could change.
        unsafe { arch::try_access(address, number) }
    }

    pub(super) fn pointer<T>(self) -> *mut T {
        let address = usize::try_from(self.address()).expect("memory is addressable");
        core::ptr::with_exposed_provenance_mut(address)
    }
}

/// A frame that one vCPU chooses for all of them.
pub struct Chosen(AtomicU64);

impl Chosen {
    /// None yet.
    pub const fn none() -> Self {
        Self(AtomicU64::new(Gfn::NOWHERE.0))
    }

    /// This one.
    pub fn set(&self, gfn: Gfn) {
        self.0.store(gfn.0, Ordering::Release);
    }

    /// Which one it is.
    pub fn get(&self) -> Gfn {
        // INVARIANT: that of a `Gfn`.
        let gfn = Gfn(self.0.load(Ordering::Acquire));
        assert!(gfn != Gfn::NOWHERE, "none is chosen");
        gfn
    }
}

/// The page through which the guests talk: in the domU, at a frame that the
/// dom0 knows.
pub const fn shared_gfn() -> u64 {
    SHARED_GFN
}

/// The first frame of the domU's [`Arena`], for the dom0.
pub const fn arena_start() -> u64 {
    ARENA.start
}

/// 512 frames of the domU's, aligned.
///
/// # Invariants
///
/// All of them are part of its [`Arena`]; this is the first.
#[derive(Clone, Copy, Debug)]
pub struct Superpage(u64);

impl Superpage {
    /// One of its frames.
    pub fn page(self, n: usize) -> Gfn {
        assert!(n < SUPERPAGE);
        // INVARIANT: just asserted.
        Gfn(self.0 + n as u64)
    }

    /// Its first `N` frames.
    pub fn pages<const N: usize>(self) -> [Gfn; N] {
        core::array::from_fn(|n| self.page(n))
    }
}

/// RAM of the domU for the battery to lose, handed out piece by piece.
///
/// It was allocated in chunks of at least 2 MiB (allocate_memory()), so that
/// each superpage is one leaf of the P2M until it is first changed.
pub struct Arena {
    superpages: Range<u64>,
    pages: Range<u64>,
}

impl Arena {
    /// All of it; for one caller.
    pub const fn new() -> Self {
        Self {
            superpages: ARENA,
            pages: 0..0,
        }
    }

    /// The next untouched superpage.
    pub fn superpage(&mut self) -> Superpage {
        assert!(!self.superpages.is_empty(), "the arena is used up");
        // INVARIANT: the arena consists of whole superpages.
        let superpage = Superpage(self.superpages.start);
        self.superpages.start += SUPERPAGE as u64;
        superpage
    }

    /// A page of its own, of a superpage that nothing else uses.
    pub fn page(&mut self) -> Gfn {
        if self.pages.is_empty() {
            let Superpage(first) = self.superpage();
            self.pages = first..first + SUPERPAGE as u64;
        }
        // INVARIANT: part of a superpage of the arena.
        Gfn(self.pages.next().expect("just filled"))
    }

    /// `N` pages like [`Arena::page`].
    pub fn pages<const N: usize>(&mut self) -> [Gfn; N] {
        core::array::from_fn(|_| self.page())
    }
}

impl Default for Arena {
    fn default() -> Self {
        Self::new()
    }
}

/// A page of the image itself, over which another one gets mapped: every
/// board has it, whereas free addresses differ.
#[repr(C, align(4096))]
pub struct Frame(UnsafeCell<[u8; PAGE_SIZE]>);

// SAFETY: no reference to the bytes is ever made; they are accessed through
// what gets mapped over them, under the rules of that.
unsafe impl Sync for Frame {}

impl Frame {
    /// For a `static`.
    #[expect(clippy::new_without_default, reason = "only ever a static")]
    pub const fn new() -> Self {
        Self(UnsafeCell::new([0; PAGE_SIZE]))
    }

    /// Its frame.
    pub fn gfn(&'static self) -> Gfn {
        // INVARIANT: it is a `Frame`.
        Gfn((self.0.get().expose_provenance() >> PAGE_SHIFT) as u64)
    }
}
