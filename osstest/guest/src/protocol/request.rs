// SPDX-License-Identifier: GPL-2.0-only

//! What the domU asks of the dom0.

use crate::operation;

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
    /// Remove these frames of the domU, in the way of that operation; how many that
    /// were.
    Remove {
        /// The operation, by number.
        operation: u8,
        /// The first.
        first: u64,
        /// How many.
        count: u32,
    },
    /// Do not complete invalidations of the vCPUs in this mask, until asked for
    /// another mask.
    Hold(u32),
    /// Take this long to complete each invalidation, in microseconds.
    Delay(u64),
    /// Remove this frame when the next request of a vCPU to a server arrives,
    /// before completing that.
    RemoveDuringNext(u64),
    /// Do not any more, if none has arrived: 1 if one has, and the frame was
    /// removed, 0 if none has.
    Disarm,
    /// From now on do each request, this included, only when every vCPU of the
    /// domU waits for an event and has no request of its own pending.
    Quiesce(bool),
    /// Put the dom0's command line into the text.
    Arguments,
    /// Let the domU have so much memory, in KiB.
    MaxMemory(u64),
    /// Complete each request of a vCPU at a time of its own, random, but no more
    /// than so many microseconds late; 0: at once.
    Jitter {
        /// Of the random numbers.
        seed: u64,
        /// No later than this.
        us: u64,
    },
    /// Map this frame, as an emulator does that caches mappings, until there is
    /// an invalidation; what it starts with.
    Cache(u64),
    /// How many vCPUs the domU has, started or not.
    Vcpus,
    /// Take these frames with one XENMEM_decrease_reservation, each as an extent
    /// of its own; the instructions that takes.
    Measure {
        /// The first.
        first: u64,
        /// How many.
        count: u64,
    },
    /// Do not complete accesses of the vCPUs in this mask to registers, until asked
    /// for another mask.
    HoldAccesses(u32),
    /// Complete the next request of each vCPU in this mask, and destroy its
    /// server before that vCPU can run.
    DestroyAfter(u32),
    /// Pause the domU for so many microseconds.
    Pause(u64),
    /// From now on wake up whenever so many microseconds have passed, for no
    /// reason; 0: do not.
    Tick(u64),
    /// Find out how to sleep for exactly as long as wanted.
    LearnTime,
    /// After so many microseconds remove this frame, and count the rounds that
    /// vCPU 0 makes from then to its invalidation.
    RemoveWhileAway {
        /// The frame.
        gfn: u64,
        /// How long to wait first.
        us: u64,
    },
    /// Resume the domU when it is shut down, or after so many milliseconds: 1 if
    /// it was shut down, 0 if not.
    Resume(u64),
    /// Turn the machine off.
    PowerOff,
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
    /// Remove so many frames of the domU, from the first on, in the way of the operation
    /// of that name.
    ///
    /// # Panics
    ///
    /// If there is no such operation.
    pub fn removal(name: &str, first: u64, count: usize) -> Self {
        let number = operation::number_of(name).expect("the name of an operation");
        Self::Remove {
            operation: u8::try_from(number).expect("few operations"),
            first,
            count: u32::try_from(count).expect("few frames"),
        }
    }

    /// Remove one with XENMEM_remove_from_physmap.
    pub fn remove(gfn: u64) -> Self {
        Self::removal("by-dom0-remove", gfn, 1)
    }

    pub(super) fn encode(self) -> (u32, [u64; 2]) {
        match self {
            Self::Configure {
                registered,
                enabled,
            } => (0, [registered.into(), enabled.into()]),
            Self::Remove {
                operation,
                first,
                count,
            } => (1, [first, (u64::from(count) << 8) | u64::from(operation)]),
            Self::Hold(vcpus) => (4, [vcpus.into(), 0]),
            Self::Delay(us) => (5, [us, 0]),
            Self::RemoveDuringNext(gfn) => (6, [gfn, 0]),
            Self::Grant(contents) => (7, [contents, 0]),
            Self::Lend(contents) => (8, [contents, 0]),
            Self::Print => (9, [0, 0]),
            Self::Begin { passed, failed } => (10, [passed, failed]),
            Self::End { passed, failed } => (11, [passed, failed]),
            Self::Disarm => (12, [0, 0]),
            Self::Quiesce(quiesce) => (13, [quiesce.into(), 0]),
            Self::Arguments => (14, [0, 0]),
            Self::MaxMemory(kib) => (15, [kib, 0]),
            Self::Jitter { seed, us } => (16, [seed, us]),
            Self::Cache(gfn) => (17, [gfn, 0]),
            Self::PowerOff => (18, [0, 0]),
            Self::Vcpus => (19, [0, 0]),
            Self::Measure { first, count } => (20, [first, count]),
            Self::HoldAccesses(vcpus) => (30, [vcpus.into(), 0]),
            Self::DestroyAfter(vcpus) => (31, [vcpus.into(), 0]),
            Self::RemoveWhileAway { gfn, us } => (32, [gfn, us]),
            Self::Resume(ms) => (33, [ms, 0]),
            Self::LearnTime => (34, [0, 0]),
            Self::Tick(us) => (35, [us, 0]),
            Self::Pause(us) => (36, [us, 0]),
        }
    }

    pub(super) fn decode(op: u32, [a, b]: [u64; 2]) -> Option<Self> {
        Some(match op {
            0 => Self::Configure {
                registered: a.try_into().ok()?,
                enabled: b.try_into().ok()?,
            },
            1 => Self::Remove {
                operation: (b & 0xff).try_into().ok()?,
                first: a,
                count: (b >> 8).try_into().ok()?,
            },
            4 => Self::Hold(a.try_into().ok()?),
            5 => Self::Delay(a),
            6 => Self::RemoveDuringNext(a),
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
            12 => Self::Disarm,
            13 => Self::Quiesce(a != 0),
            14 => Self::Arguments,
            15 => Self::MaxMemory(a),
            16 => Self::Jitter { seed: a, us: b },
            17 => Self::Cache(a),
            18 => Self::PowerOff,
            19 => Self::Vcpus,
            20 => Self::Measure { first: a, count: b },
            30 => Self::HoldAccesses(a.try_into().ok()?),
            31 => Self::DestroyAfter(a.try_into().ok()?),
            32 => Self::RemoveWhileAway { gfn: a, us: b },
            33 => Self::Resume(a),
            34 => Self::LearnTime,
            35 => Self::Tick(a),
            36 => Self::Pause(a),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_requests_are_refused() {
        assert_eq!(Request::decode(99, [0, 0]), None);
    }
}
