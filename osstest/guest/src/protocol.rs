// SPDX-License-Identifier: GPL-2.0-only

//! What the guests say to each other, in a page of the domU's RAM.
//!
//! The domU posts one [`Request`] at a time and rings its doorbell, an event
//! channel; the dom0 does it, replies and rings back. Counters are the dom0's
//! to write. Every field has one writer at a time, so that loads and stores do.

use core::{
    fmt::{self, Write},
    sync::atomic::{AtomicU8, AtomicU32, AtomicU64, Ordering},
};

/// The domain that emulates.
pub const DOM0: u16 = 0;

/// The domain that is emulated for: the first that Xen creates after dom0.
pub const DOMU: u16 = 1;

/// vCPUs of the domU.
pub const VCPUS: usize = 4;

/// Servers that the dom0 can register for it.
pub const SERVERS: usize = 2;

/// How long the domU waits for anything. Nothing takes long, but it all shares
/// QEMU, and that the rest of its machine.
pub const PATIENCE_MS: u64 = 5_000;

/// What [`Shared::hello`] says once the rest of the page can be used.
pub const HELLO: u32 = 0x1a7e_0001;

/// What the domU wants of the dom0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Request {
    /// Have this many servers registered, of which the mask says which are
    /// enabled.
    Configure {
        /// How many.
        registered: u8,
        /// One bit per server.
        enabled: u8,
    },
    /// Remove this frame of the domU with XENMEM_remove_from_physmap.
    Remove(u64),
    /// Remove these frames like that, one by one, while the domU is paused.
    RemovePaused {
        /// The first.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Take these frames with one XENMEM_decrease_reservation.
    Decrease {
        /// The first.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Leave invalidations of the vCPUs in this mask unanswered, until asked
    /// to leave those of none.
    Hold(u32),
    /// Take this long to answer each invalidation, in microseconds.
    Delay(u64),
    /// Remove this frame when the next access to a register arrives, before
    /// answering that.
    RemoveDuringMmio(u64),
    /// Grant the domU a page that starts with this; the reference.
    Grant(u64),
    /// Let the domU map a page that starts with this; the frame.
    Lend(u64),
    /// Print the text on the console.
    Print,
    /// The text names the test that begins; so many have passed and failed.
    Begin {
        /// Passed so far.
        passed: u64,
        /// Failed so far.
        failed: u64,
    },
    /// The battery is over; turn the machine off.
    End {
        /// Passed in all.
        passed: u64,
        /// Failed in all.
        failed: u64,
    },
}

impl Request {
    fn encode(self) -> (u32, [u64; 2]) {
        match self {
            Self::Configure {
                registered,
                enabled,
            } => (0, [registered.into(), enabled.into()]),
            Self::Remove(gfn) => (1, [gfn, 0]),
            Self::RemovePaused { first, count } => (2, [first, count]),
            Self::Decrease { first, count } => (3, [first, count]),
            Self::Hold(vcpus) => (4, [vcpus.into(), 0]),
            Self::Delay(us) => (5, [us, 0]),
            Self::RemoveDuringMmio(gfn) => (6, [gfn, 0]),
            Self::Grant(contents) => (7, [contents, 0]),
            Self::Lend(contents) => (8, [contents, 0]),
            Self::Print => (9, [0, 0]),
            Self::Begin { passed, failed } => (10, [passed, failed]),
            Self::End { passed, failed } => (11, [passed, failed]),
        }
    }

    fn decode(op: u32, [a, b]: [u64; 2]) -> Option<Self> {
        Some(match op {
            0 => Self::Configure {
                registered: a.try_into().ok()?,
                enabled: b.try_into().ok()?,
            },
            1 => Self::Remove(a),
            2 => Self::RemovePaused { first: a, count: b },
            3 => Self::Decrease { first: a, count: b },
            4 => Self::Hold(a.try_into().ok()?),
            5 => Self::Delay(a),
            6 => Self::RemoveDuringMmio(a),
            7 => Self::Grant(a),
            8 => Self::Lend(a),
            9 => Self::Print,
            10 => Self::Begin {
                passed: a,
                failed: b,
            },
            11 => Self::End {
                passed: a,
                failed: b,
            },
            _ => return None,
        })
    }
}

/// The page.
#[repr(C, align(4096))]
#[derive(Default)]
pub struct Shared {
    /// [`HELLO`] from when the domU is ready.
    pub hello: AtomicU32,
    /// The domU's end of the doorbell.
    pub doorbell: AtomicU32,
    op: AtomicU32,
    posted: AtomicU32,
    done: AtomicU32,
    failed: AtomicU32,
    /// vCPUs whose invalidation is being left unanswered, as a mask.
    pub held: AtomicU32,
    /// Accesses to registers that have been answered.
    pub accesses: AtomicU64,
    args: [AtomicU64; 2],
    reply: AtomicU64,
    /// Invalidations answered, per server and vCPU: counted before the answer.
    pub told: [[AtomicU64; VCPUS]; SERVERS],
    /// For requests that come with a text.
    pub text: Text,
    /// Why the domU cannot go on, once that is so.
    pub fault: Text,
}

const _: () = assert!(size_of::<Shared>() == 4096);

impl Shared {
    /// Resets the page, on the domU.
    pub fn clear(&self) {
        self.posted.store(0, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.held.store(0, Ordering::Relaxed);
        self.accesses.store(0, Ordering::Relaxed);
        for told in self.told.as_flattened() {
            told.store(0, Ordering::Relaxed);
        }
        self.text.clear();
        self.fault.clear();
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
            _ => Err(reply.cast_signed()),
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
        let reply = reply.unwrap_or_else(i64::cast_unsigned);
        self.reply.store(reply, Ordering::Relaxed);
        let posted = self.posted.load(Ordering::Relaxed);
        self.done.store(posted, Ordering::Release);
    }
}

const TEXT: usize = 512;

/// Text that crosses from one guest to the other.
pub struct Text {
    len: AtomicU32,
    bytes: [AtomicU8; TEXT],
}

impl Default for Text {
    fn default() -> Self {
        Self {
            len: AtomicU32::new(0),
            bytes: [const { AtomicU8::new(0) }; TEXT],
        }
    }
}

impl Text {
    /// Makes it empty.
    pub fn clear(&self) {
        self.len.store(0, Ordering::Release);
    }

    /// Replaces it; what is too long is cut off.
    pub fn set(&self, text: fmt::Arguments<'_>) {
        let mut end = End { text: self, len: 0 };
        // Only running out of space can fail, and what fits is kept.
        let _cut = end.write_fmt(text);
        self.len.store(end.len, Ordering::Release);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len.load(Ordering::Acquire) == 0
    }

    /// A copy, which does not change any more.
    pub fn copy(&self) -> Line {
        let len = self.len.load(Ordering::Acquire) as usize;
        Line {
            bytes: self
                .bytes
                .each_ref()
                .map(|byte| byte.load(Ordering::Relaxed)),
            len: len.min(TEXT),
        }
    }
}

struct End<'a> {
    text: &'a Text,
    len: u32,
}

impl Write for End<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            let place = self.text.bytes.get(self.len as usize).ok_or(fmt::Error)?;
            place.store(byte, Ordering::Relaxed);
            self.len += 1;
        }
        Ok(())
    }
}

/// A copy of a [`Text`].
pub struct Line {
    bytes: [u8; TEXT],
    len: usize,
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.bytes[..self.len].utf8_chunks() {
            f.write_str(chunk.valid())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_survive_the_page() {
        let page = Shared::default();
        for request in [
            Request::Configure {
                registered: 2,
                enabled: 1,
            },
            Request::Remove(1),
            Request::RemovePaused { first: 2, count: 3 },
            Request::Decrease { first: 3, count: 4 },
            Request::Hold(5),
            Request::Delay(6),
            Request::RemoveDuringMmio(7),
            Request::Grant(8),
            Request::Lend(9),
            Request::Print,
            Request::Begin {
                passed: 10,
                failed: 11,
            },
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

    #[test]
    fn unknown_requests_are_refused() {
        assert_eq!(Request::decode(99, [0, 0]), None);
    }

    #[test]
    fn text_survives_the_page_and_is_cut_to_fit() {
        let text = Text::default();
        text.set(format_args!("{}-{}", "a", 1));
        assert_eq!(text.copy().to_string(), "a-1");
        text.set(format_args!("{:600}", ""));
        assert_eq!(text.copy().to_string().len(), TEXT);
        text.clear();
        assert!(text.is_empty());
    }
}
