// SPDX-License-Identifier: GPL-2.0-only

//! What the tests of the rules share: ELF files made to order, and what a rule
//! says of them.

use crate::elf::Elf;
use crate::expect::{self, PREFIX};
use crate::outcome::{Finding, Rule};
use crate::rules::component::Component;
use crate::rules::hypervisor::Hypervisor;

pub(crate) mod arm32;
pub(crate) mod arm64;
mod asm;
mod build;
mod calls;
mod write;

pub(crate) use asm::Asm;
pub(crate) use build::{ALLOC, Build, EXEC, MACHINES, NO_FLAGS, WRITE};
pub(crate) use calls::Calls;

/// What rules look at, made of an ELF file and what the project expects.
pub(crate) trait Subject {
    fn new(elf: Elf) -> Self;
}

impl Subject for Component {
    fn new(elf: Elf) -> Self {
        Self {
            elf,
            exports: expect::exports(expect::HEADER).unwrap(),
            allowed: expect::allowed(expect::ALLOWED).unwrap(),
        }
    }
}

impl Subject for Hypervisor {
    fn new(elf: Elf) -> Self {
        Self {
            elf,
            exports: expect::exports(expect::HEADER).unwrap(),
        }
    }
}

/// Accepted on each machine that `build` is for.
#[track_caller]
pub(crate) fn assert_accepted<S: Subject>(rule: &Rule<S>, build: Build) {
    for elf in build.elves() {
        let machine = elf.machine;
        if let Err(Finding { found, wanted }) = (rule.check)(&S::new(elf)) {
            panic!(
                "{} on {machine:?}: found {found}, wanted {wanted}",
                rule.name
            );
        }
    }
}

/// Rejected on each machine that `build` is for, and for the reason meant:
/// `found` is part of what was found.
#[track_caller]
pub(crate) fn assert_rejected<S: Subject>(rule: &Rule<S>, build: Build, found: &str) {
    for elf in build.elves() {
        let machine = elf.machine;
        match (rule.check)(&S::new(elf)) {
            Ok(detail) => panic!("{} on {machine:?} accepted: {detail}", rule.name),
            Err(finding) => assert!(finding.found.contains(found), "{machine:?}: {finding:?}"),
        }
    }
}

/// An object that every rule accepts: as rustc makes it, in short.
pub(crate) fn good_object() -> Build {
    use Asm::{Barrier, Call, JumpIf, LoadExclusive, Ret, StoreExclusive};

    Build::object()
        .text(&[
            Barrier,
            LoadExclusive,
            StoreExclusive,
            JumpIf(-8),
            Barrier,
            JumpIf(8),
            Call(0),
            Ret,
            Call(0),
            Ret,
        ])
        .file("xen_rs.e71f4ef02b20a473-cgu.0")
        .mark("$x", 0)
        .function("xen_rs_mapcache_signal", 0, 32)
        .function("xen_rs_p2m_leaf_freed", 32, 8)
        .calls(24, "ioreq_signal_mapcache_invalidate")
        .calls(32, "domain_has_ioreq_server")
}

/// A hypervisor with the component that every rule for it accepts: who calls
/// whom is as in Xen 4.20 with the component.
pub(crate) fn good_xen() -> Build {
    let leaf_freed = format!("{PREFIX}p2m_leaf_freed");
    let signal = format!("{PREFIX}mapcache_signal");
    Calls::new()
        .call("p2m_free_entry", &leaf_freed)
        .call("p2m_free_entry", "p2m_free_entry")
        .last_call("do_trap_hypercall", &signal)
        .call("do_trap_guest_sync", "do_trap_hypercall")
        .call("vcpu_ioreq_handle_completion", &signal)
        .call(&signal, "ioreq_signal_mapcache_invalidate")
        .call(&leaf_freed, "rust_helper_current")
        .call("ioreq_signal_mapcache_invalidate", "ioreq_broadcast")
        .build()
}

/// A hypervisor without it: as in upstream's Xen 4.20.
pub(crate) fn upstream_xen() -> Build {
    Calls::new()
        .call("p2m_free_entry", "ioreq_request_mapcache_invalidate")
        .call("p2m_free_entry", "p2m_free_entry")
        .last_call("do_trap_hypercall", "ioreq_signal_mapcache_invalidate")
        .call("do_trap_guest_sync", "do_trap_hypercall")
        .call(
            "vcpu_ioreq_handle_completion",
            "ioreq_signal_mapcache_invalidate",
        )
        .call("ioreq_signal_mapcache_invalidate", "ioreq_broadcast")
        .build()
}
