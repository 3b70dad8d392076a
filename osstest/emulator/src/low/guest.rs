// SPDX-License-Identifier: GPL-2.0-only

//! The agent's side: its pages, known by their numbers, and the device's
//! registers.

use crate::{Gfn, PAGE_SIZE, Page};
use rustix::mm::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};
use std::{
    ffi::c_void,
    fs::File,
    io,
    os::unix::fs::{FileExt, OpenOptionsExt},
    ptr::NonNull,
    sync::atomic::AtomicU64,
};

/// Pages in a superpage.
pub const SUPERPAGE: usize = 512;

/// Pages of this program. They are in memory and stay where they are: there is
/// no swap here, and nobody to move them.
pub struct Pages {
    start: NonNull<u64>,
    count: usize,
}

// SAFETY: memory of the process, which only `&mut self` and atomics change.
unsafe impl Sync for Pages {}
// SAFETY: as above.
unsafe impl Send for Pages {}

impl Pages {
    /// New ones.
    pub fn allocate(count: usize) -> io::Result<Self> {
        Self::map(count, MapFlags::empty())
    }

    fn word(&self, page: usize, index: usize) -> NonNull<u64> {
        assert!(page < self.count && index < crate::PAGE_WORDS);
        // SAFETY: it is in a page of these.
        unsafe { self.start.add(page * crate::PAGE_WORDS + index) }
    }

    /// A superpage of 2 MiB, of those that the kernel keeps for it (`hugepages=` on its
    /// command line).
    pub fn allocate_superpage() -> io::Result<Self> {
        Self::map(SUPERPAGE, MapFlags::HUGETLB)
    }

    fn map(count: usize, more: MapFlags) -> io::Result<Self> {
        // SAFETY: no address is asked for: it is memory that nobody has.
        let start = unsafe {
            mmap_anonymous(
                std::ptr::null_mut(),
                count * PAGE_SIZE,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::PRIVATE | MapFlags::POPULATE | more,
            )
        }?;
        let start = NonNull::new(start.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(Self { start, count })
    }

    /// Writes a page from its beginning on.
    pub fn write(&mut self, page: usize, words: impl IntoIterator<Item = u64>) {
        for (index, value) in words.into_iter().enumerate() {
            // SAFETY: it is in a page of these; the emulator looks at it, hence
            // volatile.
            unsafe { self.word(page, index).write_volatile(value) };
        }
    }

    /// Writes a page.
    pub fn write_page(&mut self, page: usize, contents: &Page) {
        self.write(page, contents.iter().copied());
    }

    /// A word that is only used atomically: of a page that is never written.
    pub fn atomic(&self, page: usize, index: usize) -> &AtomicU64 {
        // SAFETY: aligned, and there for as long as `self`.
        unsafe { AtomicU64::from_ptr(self.word(page, index).as_ptr()) }
    }

    /// The number of a page in the guest's memory.
    pub fn gfn(&self, page: usize) -> io::Result<Gfn> {
        Ok(self.gfns_from(page, 1)?[0])
    }

    /// The numbers of all.
    pub fn gfns(&self) -> io::Result<Vec<Gfn>> {
        self.gfns_from(0, self.count)
    }

    fn gfns_from(&self, page: usize, count: usize) -> io::Result<Vec<Gfn>> {
        const PRESENT: u64 = 1 << 63;
        const NUMBER: u64 = (1 << 55) - 1;
        let address = self.word(page, 0).as_ptr() as u64;
        let entries = entries_of("/proc/self/pagemap", address / PAGE_SIZE as u64, count)?;
        let number = |entry: u64| match entry & NUMBER {
            number if number != 0 && entry & PRESENT != 0 => Ok(number),
            _ => Err(io::Error::other(format!(
                "a page has no number: {entry:#x}"
            ))),
        };
        entries.into_iter().map(number).collect()
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: they are this program's, and not used again.
        let unmapped = unsafe { munmap(self.start.as_ptr().cast(), self.count * PAGE_SIZE) };
        unmapped.expect("the memory is this program's");
    }
}

fn entries_of(file: &str, index: u64, count: usize) -> io::Result<Vec<u64>> {
    let mut bytes = vec![0; count * 8];
    File::open(file)?.read_exact_at(&mut bytes, index * 8)?;
    let entry = |bytes: &[u8]| u64::from_ne_bytes(bytes.try_into().expect("8 bytes"));
    Ok(bytes.chunks_exact(8).map(entry).collect())
}

/// Whether the balloon has given this page away.
pub fn is_gone(gfn: Gfn) -> io::Result<bool> {
    // KPF_OFFLINE of linux/kernel-page-flags.h; the balloon marks its pages so.
    const OFFLINE: u64 = 1 << 23;
    Ok(entries_of("/proc/kpageflags", gfn, 1)?[0] & OFFLINE != 0)
}

/// The registers of an emulator.
pub struct Registers(NonNull<c_void>);

impl Registers {
    /// Those at this address of the guest.
    pub fn at(address: u64) -> io::Result<Self> {
        const O_SYNC: i32 = 0o4010000;
        let memory = File::options()
            .read(true)
            .write(true)
            .custom_flags(O_SYNC)
            .open("/dev/mem")?;
        // SAFETY: no address is asked for, and what is mapped are the registers
        // of a device.
        let start = unsafe {
            mmap(
                std::ptr::null_mut(),
                PAGE_SIZE,
                ProtFlags::READ | ProtFlags::WRITE,
                MapFlags::SHARED,
                &memory,
                address,
            )
        }?;
        NonNull::new(start)
            .map(Self)
            .ok_or_else(|| io::ErrorKind::AddrNotAvailable.into())
    }

    fn address(&self, offset: u64) -> usize {
        assert!(offset < PAGE_SIZE as u64 && offset % 4 == 0);
        self.0.as_ptr() as usize + usize::try_from(offset).expect("less than a page")
    }

    /// Reads one. In assembly, as Xen emulates only what the CPU describes to
    /// it: plain loads and stores of one register.
    pub fn read(&self, offset: u64) -> u32 {
        let value: u32;
        let address = self.address(offset);
        // SAFETY: a register of the device, mapped for good.
        unsafe {
            #[cfg(target_arch = "aarch64")]
            core::arch::asm!("ldr {0:w}, [{1}]", out(reg) value, in(reg) address, options(nostack));
            #[cfg(target_arch = "arm")]
            core::arch::asm!("ldr {0}, [{1}]", out(reg) value, in(reg) address, options(nostack));
        }
        value
    }

    /// Writes one. What was written to memory before is there for the device.
    pub fn write(&self, offset: u64, value: u32) {
        let address = self.address(offset);
        std::sync::atomic::fence(std::sync::atomic::Ordering::SeqCst);
        // SAFETY: a register of the device, mapped for good.
        unsafe {
            #[cfg(target_arch = "aarch64")]
            core::arch::asm!("str {0:w}, [{1}]", in(reg) value, in(reg) address, options(nostack));
            #[cfg(target_arch = "arm")]
            core::arch::asm!("str {0}, [{1}]", in(reg) value, in(reg) address, options(nostack));
        }
    }
}
