// SPDX-License-Identifier: GPL-2.0-only

//! What the domU asks of the dom0.

use crate::operation;

/// Words of a request on the page: as many as the longest has fields.
pub(super) const WORDS: usize = 3;

/// Makes the requests of a table. On the page one is its place in the table and its
/// fields in their order, a word each; a word that does not fit its field is no request.
macro_rules! requests {
    ($(
        $(#[$doc:meta])*
        $name:ident $(($only:ident: $of:ident))? $({$(
            $(#[$field_doc:meta])*
            $field:ident: $type:ident,
        )+})?,
    )+) => {
        /// What the domU wants of the dom0.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Request {
            $($(#[$doc])* $name $(($of))? $({ $($(#[$field_doc])* $field: $type,)+ })?,)+
        }

        /// The place of each in the table.
        enum Place {
            $($name,)+
        }

        impl Request {
            pub(super) fn encode(self) -> (u32, [u64; WORDS]) {
                match self {
                    $(Self::$name $(($only))? $({ $($field),+ })? => (
                        Place::$name as u32,
                        padded([$($only.into())? $($($field.into()),+)?]),
                    ),)+
                }
            }

            pub(super) fn decode(place: u32, words: [u64; WORDS]) -> Option<Self> {
                let mut words = words.into_iter();
                Some(match place {
                    $(place if place == Place::$name as u32 => Self::$name
                        $(($of::try_from(words.next()?).ok()?))?
                        $({ $($field: words.next()?.try_into().ok()?),+ })?,)+
                    _ => return None,
                })
            }
        }
    };
}

/// The fields of a request, and zeros after them.
fn padded<const N: usize>(fields: [u64; N]) -> [u64; WORDS] {
    const { assert!(N <= WORDS) };
    let mut words = [0; WORDS];
    words[..N].copy_from_slice(&fields);
    words
}

requests! {
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
    Hold(vcpus: u32),
    /// Take this long to complete each invalidation, in microseconds.
    Delay(us: u64),
    /// Remove this frame when the next request of a vCPU to a server arrives,
    /// before completing that.
    RemoveDuringNext(gfn: u64),
    /// Do not any more, if none has arrived: 1 if one has, and the frame was
    /// removed, 0 if none has.
    Disarm,
    /// From now on do each request, this included, only when every vCPU of the
    /// domU waits for an event and has no request of its own pending.
    Quiesce,
    /// Put the dom0's command line into the text.
    Arguments,
    /// Let the domU have so much memory, in KiB.
    MaxMemory(kib: u64),
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
    Cache(gfn: u64),
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
    HoldAccesses(vcpus: u32),
    /// Complete the next request of each vCPU in this mask, and destroy its
    /// server before that vCPU can run.
    DestroyAfter(vcpus: u32),
    /// Pause the domU for so many microseconds.
    Pause(us: u64),
    /// From now on wake up whenever so many microseconds have passed, for no
    /// reason; 0: do not.
    Tick(us: u64),
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
    Resume(ms: u64),
    /// Turn the machine off.
    PowerOff,
    /// Grant the domU a page that starts with this; the reference.
    Grant(contents: u64),
    /// Let the domU map a page that starts with this; the frame.
    Lend(contents: u64),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_requests_are_refused() {
        let (last, _) = Request::End {
            passed: 0,
            failed: 0,
        }
        .encode();
        assert_eq!(Request::decode(last + 1, [0; WORDS]), None);
        assert_eq!(Request::decode(u32::MAX, [0; WORDS]), None);
    }

    #[test]
    fn numbers_that_do_not_fit_are_refused() {
        let (hold, mut words) = Request::Hold(u32::MAX).encode();
        words[0] += 1;
        assert_eq!(Request::decode(hold, words), None);
        let (remove, mut words) = Request::remove(1).encode();
        words[2] = u64::MAX;
        assert_eq!(Request::decode(remove, words), None);
    }
}
