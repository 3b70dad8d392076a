// SPDX-License-Identifier: GPL-2.0-only

//! What the guests say to each other, in a page of the domU's RAM.
//!
//! The domU posts one [`Request`] at a time and rings its doorbell, an event
//! channel; the dom0 does it, replies and rings back. Counters are the dom0's
//! to write. Every field has one writer at a time, so that loads and stores do.

mod request;
mod text;

pub use request::Request;
use request::WORDS;
pub use text::{Snapshot, Text};

use core::sync::atomic::{AtomicU32, AtomicU64, Ordering};

/// The domain that emulates.
pub const DOM0: u16 = 0;

/// The domain that is emulated for: the first that Xen creates after dom0.
pub const DOMU: u16 = 1;

/// vCPUs of the domU.
pub const VCPUS: usize = 4;

/// Servers that tests of behaviour use.
pub const SERVERS: usize = 2;

/// Servers that the dom0 can register for it: as many as Xen has room for
/// (MAX_NR_IOREQ_SERVERS).
pub const MOST_SERVERS: usize = 8;

/// How long the domU waits for anything. Nothing takes long, but a busy machine may not
/// run one of QEMU's threads for many seconds.
pub const PATIENCE_MS: u64 = 30_000;

/// What [`Shared::hello`] says once the rest of the page can be used.
pub const HELLO: u32 = 0x1a7e_0001;

/// The page. Its fields are numbers, so that any contents of it are valid.
#[repr(C, align(4096))]
#[derive(Default)]
pub struct Shared {
    /// [`HELLO`], or that of another pair of images, from when the domU is ready.
    pub hello: AtomicU32,
    /// The domU's end of the doorbell.
    pub doorbell: AtomicU32,
    op: AtomicU32,
    posted: AtomicU32,
    done: AtomicU32,
    failed: AtomicU32,
    /// vCPUs whose invalidation, or access, dom0 does not complete for now, as a mask.
    pub held: AtomicU32,
    /// Accesses to registers that have been completed.
    pub accesses: AtomicU64,
    /// 1 if the emulator has a frame of the domU mapped in its cache.
    pub cached: AtomicU32,
    /// Rounds of a loop that vCPU 0 of the domU has made.
    pub rounds: AtomicU64,
    /// 1 if a domU that makes no requests is to begin: what it needs is there.
    pub go: AtomicU32,
    /// Of all that such a domU does at random.
    pub seed: AtomicU64,
    /// A page of dom0's that it may map.
    pub grant: AtomicU32,
    /// How many things each of its vCPUs has done.
    pub operations: [AtomicU64; VCPUS],
    /// What each of its vCPUs is at, by number.
    pub doing: [AtomicU64; VCPUS],
    args: [AtomicU64; WORDS],
    reply: AtomicU64,
    /// Invalidations completed, per server and vCPU: counted just before the
    /// completion.
    pub invalidations: [[AtomicU64; VCPUS]; MOST_SERVERS],
    /// For requests that come with a text.
    pub text: Text,
    /// Why the domU cannot go on, once that is so.
    pub fault: Text,
}

const _: () = assert!(size_of::<Shared>() == 4096);

impl Shared {
    /// Resets the page, on the domU.
    pub fn clear(&self) {
        for word in [&self.posted, &self.done, &self.held, &self.cached, &self.go] {
            word.store(0, Ordering::Relaxed);
        }
        let of_all = [&self.accesses, &self.rounds];
        let of_vcpus = self.operations.iter().chain(&self.doing);
        let counts = self.invalidations.as_flattened().iter().chain(of_vcpus);
        for count in counts.chain(of_all) {
            count.store(0, Ordering::Relaxed);
        }
        self.text.clear();
        self.fault.clear();
    }

    /// Whether the domU of that hello is ready, and the rest of the page can be used.
    pub fn is_ready(&self, hello: u32) -> bool {
        self.hello.load(Ordering::Acquire) == hello
    }

    /// The invalidations of a vCPU that have been completed, by each of the first servers.
    pub fn invalidations_of<const N: usize>(&self, vcpu: usize) -> [u64; N] {
        core::array::from_fn(|n| self.invalidations[n][vcpu].load(Ordering::SeqCst))
    }

    /// Those that all servers together have completed.
    pub fn all_invalidations_of(&self, vcpu: usize) -> u64 {
        let by_server = self.invalidations_of::<MOST_SERVERS>(vcpu);
        by_server.into_iter().sum()
    }

    /// How many things all vCPUs have done.
    pub fn all_operations(&self) -> u64 {
        let by_vcpu = self.operations.iter();
        by_vcpu.map(|count| count.load(Ordering::Relaxed)).sum()
    }

    /// Posts a request, on the domU.
    pub fn post(&self, request: Request) {
        let (op, args) = request.encode();
        self.op.store(op, Ordering::Relaxed);
        for (field, arg) in self.args.iter().zip(args) {
            field.store(arg, Ordering::Relaxed);
        }
        let posted = self.posted.load(Ordering::Relaxed);
        self.posted.store(posted.wrapping_add(1), Ordering::Release);
    }

    /// The reply to the request that was posted last, on the domU: a value or
    /// an error number.
    pub fn reply(&self) -> Option<Result<u64, i64>> {
        if self.done.load(Ordering::Acquire) != self.posted.load(Ordering::Relaxed) {
            return None;
        }
        let reply = self.reply.load(Ordering::Relaxed);
        Some(match self.failed.load(Ordering::Relaxed) {
            0 => Ok(reply),
            _ => Err(reply as i64),
        })
    }

    /// The request that waits to be done, on the dom0; an error for one that
    /// does not exist.
    pub fn request(&self) -> Option<Result<Request, u32>> {
        if self.posted.load(Ordering::Acquire) == self.done.load(Ordering::Relaxed) {
            return None;
        }
        let op = self.op.load(Ordering::Relaxed);
        let args = self.args.each_ref().map(|arg| arg.load(Ordering::Relaxed));
        Some(Request::decode(op, args).ok_or(op))
    }

    /// Replies to it, on the dom0.
    pub fn finish(&self, reply: Result<u64, i64>) {
        self.failed.store(reply.is_err().into(), Ordering::Relaxed);
        let reply = reply.unwrap_or_else(|errno| errno as u64);
        self.reply.store(reply, Ordering::Relaxed);
        let posted = self.posted.load(Ordering::Relaxed);
        self.done.store(posted, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_page() {
        let page = Shared::default();
        // One of each shape.
        for request in [
            Request::Configure {
                registered: 2,
                enabled: 1,
            },
            Request::Remove {
                operation: 1,
                first: 2,
                count: 3,
            },
            Request::remove(4),
            Request::Hold(5),
            Request::Delay(u64::MAX),
            Request::Quiesce,
            Request::Print,
            Request::End {
                passed: 12,
                failed: 13,
            },
        ] {
            assert_eq!(page.request(), None);
            page.post(request);
            assert_eq!(page.reply(), None);
            assert_eq!(page.request(), Some(Ok(request)));
            page.finish(Ok(42));
            assert_eq!(page.reply(), Some(Ok(42)));
        }
    }

    #[test]
    fn errors_survive_the_page() {
        let page = Shared::default();
        page.post(Request::Print);
        page.finish(Err(-22));
        assert_eq!(page.reply(), Some(Err(-22)));
    }
}
