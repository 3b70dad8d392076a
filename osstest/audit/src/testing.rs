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
    use Asm::{Barrier, Call, JumpIf, LoadExclusive, Ret, StoreByte, StoreExclusive};

    let sends = [
        Barrier,
        LoadExclusive,
        StoreExclusive,
        JumpIf(-8),
        Barrier,
        Call(0),
        Ret,
    ];
    let kicks = [Barrier, StoreByte, Barrier, Call(0), Ret];
    let build = Build::object()
        .text(&[&sends[..], &kicks[..], &[Ret]].concat())
        .file("xen_rs.e71f4ef02b20a473-cgu.0")
        .mark("$x", 0)
        .function("xen_rs_mapcache_send", 0, 28)
        .calls(20, "ioreq_signal_mapcache_invalidate")
        .function("xen_rs_exit_work", 28, 20)
        .calls(40, "vcpu_kick");
    [
        "flag_all",
        "hypercall_continued",
        "hypercall_preempted",
        "leaf_freed",
        "servers_changed",
    ]
    .iter()
    .fold(build, |build, name| {
        build.function(&format!("{PREFIX}{name}"), 48, 4)
    })
}

/// A hypervisor with the component that every rule for it accepts: who calls
/// whom is as in Xen 4.20 with the component.
pub(crate) fn good_xen() -> Build {
    Calls::new()
        .call("p2m_free_entry", "xen_rs_leaf_freed")
        .call("p2m_free_entry", "p2m_free_entry")
        .last_call("do_trap_hypercall", "xen_rs_hypercall_preempted")
        .call("do_trap_guest_sync", "do_trap_hypercall")
        .call("do_memory_op", "xen_rs_hypercall_continued")
        .call("do_vcpu_work", "xen_rs_exit_work")
        .call("leave_hypervisor_to_guest", "do_vcpu_work")
        .call("do_vcpu_work", "vcpu_ioreq_handle_completion")
        .last_call("vcpu_ioreq_handle_completion", "xen_rs_mapcache_send")
        .call("ioreq_server_dm_op", "xen_rs_servers_changed")
        .call("ioreq_server_destroy_all", "xen_rs_servers_changed")
        .call("ioreq_server_dm_op", "xen_rs_flag_all")
        .call("xen_rs_mapcache_send", "ioreq_signal_mapcache_invalidate")
        .call("xen_rs_exit_work", "vcpu_kick")
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
