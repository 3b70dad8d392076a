// SPDX-License-Identifier: GPL-2.0-only

//! Does a removal need an invalidation, which vCPUs send it, and may it wait?
//!
//! Pure functions on plain values. They take the place of the condition in
//! `p2m_free_entry()` (`xen/arch/arm/mmu/p2m.c`, up to 4.18
//! `xen/arch/arm/p2m.c`) and the branches of
//! `ioreq_request_mapcache_invalidate()` (`xen/common/ioreq.c`).
//!
//! | who removes | leaf | ioreq server | who is flagged |
//! |---|---|---|---|
//! | the guest itself | RAM | yes | the vCPU that removes it |
//! | another domain, target created | RAM | yes | every vCPU of the target |
//! | another domain, target under construction | RAM | yes | no vCPU |
//! | anyone | RAM | no | no vCPU |
//! | anyone | not RAM | any | no vCPU |

/// Who removes the page from the domain's P2M.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remover {
    /// The domain itself: C's `d == current->domain`.
    Guest,
    /// Another domain, such as the toolstack's.
    Other {
        /// C's `d->creation_finished`. Until then no vCPU of the domain has
        /// run, and it is the builder who adds and removes pages.
        creation_finished: bool,
    },
}

/// Which vCPUs have to send the invalidation, each before it next enters the
/// guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetVcpus {
    /// None: no emulator can have the page mapped.
    Nobody,
    /// The vCPU that executes the removal.
    Current,
    /// Every vCPU of the domain that loses the page. The remover is no vCPU of
    /// that domain and cannot send on its behalf, and any of the domain's
    /// vCPUs may be the next to run.
    Every,
}

/// Whether the removal of a leaf needs an invalidation.
///
/// * `is_ram`: the leaf mapped RAM that the guest owns, C's `p2m_is_ram()`.
///   Grant and foreign mappings are not: the pages are another domain's, and
///   leave this P2M without changing hands.
/// * `has_ioreq_server`: C's `domain_has_ioreq_server()`, of the domain that
///   loses the page.
#[inline]
#[must_use]
pub const fn needs_invalidation(is_ram: bool, has_ioreq_server: bool) -> bool {
    is_ram && has_ioreq_server
}

/// Which vCPUs are flagged for a removal by `remover` that
/// [needs an invalidation](needs_invalidation).
#[inline]
#[must_use]
pub const fn target_vcpus(remover: Remover) -> TargetVcpus {
    match remover {
        Remover::Guest => TargetVcpus::Current,
        Remover::Other {
            creation_finished: true,
        } => TargetVcpus::Every,
        Remover::Other {
            creation_finished: false,
        } => TargetVcpus::Nobody,
    }
}

/// Whether a deferred invalidation may wait further for the continuation of the
/// hypercall that removed.
///
/// * `runnable`: C's `vcpu_runnable()`. A vCPU that is paused, blocked or off
///   may not come back to its hypercall.
/// * `waited`: nanoseconds since the first removal was deferred.
/// * `limit`: nanoseconds that it may wait at most.
#[inline]
#[must_use]
pub const fn may_wait(runnable: bool, waited: i64, limit: i64) -> bool {
    runnable && waited < limit
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOTH: [bool; 2] = [false, true];

    #[test]
    fn ram_of_a_domain_with_a_server_needs_an_invalidation_and_nothing_else() {
        for is_ram in BOTH {
            for has_ioreq_server in BOTH {
                assert_eq!(
                    needs_invalidation(is_ram, has_ioreq_server),
                    is_ram && has_ioreq_server,
                    "RAM {is_ram}, server {has_ioreq_server}"
                );
            }
        }
    }

    #[test]
    fn a_guests_own_removal_flags_the_vcpu_that_made_it() {
        assert_eq!(target_vcpus(Remover::Guest), TargetVcpus::Current);
    }

    #[test]
    fn another_domains_removal_flags_every_vcpu() {
        let created = Remover::Other {
            creation_finished: true,
        };
        assert_eq!(target_vcpus(created), TargetVcpus::Every);
    }

    #[test]
    fn no_vcpu_is_flagged_while_the_domain_is_built() {
        let under_construction = Remover::Other {
            creation_finished: false,
        };
        assert_eq!(target_vcpus(under_construction), TargetVcpus::Nobody);
    }

    #[test]
    fn an_invalidation_waits_for_a_runnable_vcpu_and_within_the_limit() {
        for (runnable, waited, limit, may) in [
            (true, 0, 1, true),
            (true, 999, 1000, true),
            (true, 1000, 1000, false),
            (true, i64::MAX, 1000, false),
            // No limit at all: nothing waits.
            (true, 0, 0, false),
            (false, 0, 1000, false),
            (false, 1000, 1000, false),
        ] {
            assert_eq!(
                may_wait(runnable, waited, limit),
                may,
                "runnable {runnable}, {waited} of {limit}"
            );
        }
    }
}
