// SPDX-License-Identifier: GPL-2.0-only

//! Any sequence of removals, by any vCPU and from any domain, of preempted
//! hypercalls, suspends and resumes, while ioreq servers come and go and vCPUs
//! return to their guests: is the invalidation of each removal sent by every vCPU
//! that has to, when it has to, and by no other?
//!
//! The machine is `decision`, `pending` and `watch`, wired as the hooks wire them.
//! The oracle keeps, for each vCPU, the set of removals that it has yet to send
//! for. Both see one step at a time; interleavings are what `tests/loom` is for.
#![cfg(not(loom))]

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use xen_rs::decision::{Remover, TargetVcpus, may_wait, needs_invalidation, target_vcpus};
use xen_rs::pending::{Foreign, Own};
use xen_rs::watch::Watch;

/// How many vCPUs each domain gets. At first it has one.
const VCPUS: [usize; 3] = [1, 2, 4];

/// The vCPU with this number, in the domain with that.
type VcpuId = (usize, usize);

#[derive(Clone, Debug)]
enum Step {
    /// `by` removes from the P2M of domain `of` leaves, which are RAM or not, with
    /// a hypercall of its own or with one that began before. An entry of a
    /// multicall is complete after that.
    Remove {
        by: VcpuId,
        of: usize,
        leaves: Vec<bool>,
        in_multicall: bool,
    },
    /// A domain gets a further vCPU, if it has not all yet.
    CreateVcpu(usize),
    /// A domain gets an ioreq server, or loses one.
    Register(usize),
    Unregister(usize),
    /// The toolstack unpauses a domain for the first time.
    FinishCreation(usize),
    /// A domain shuts down, or is resumed.
    Suspend(usize),
    Resume(usize),
    /// A hypercall of the vCPU is preempted, and its continuation is known, or
    /// not.
    Preempt(VcpuId, bool),
    /// A hypercall goes on on this vCPU, which was preempted on whatever vCPU.
    Continue(VcpuId),
    /// A vCPU returns to its guest. `in_time`: what is deferred may wait.
    Exit {
        vcpu: VcpuId,
        in_time: bool,
    },
}

/// What both sides know of a domain.
#[derive(Clone, Copy, Default)]
struct Facts {
    ioreq_servers: usize,
    creation_finished: bool,
    shutting_down: bool,
}

impl Facts {
    fn remover(&self, own: bool) -> Remover {
        if own {
            Remover::Guest
        } else {
            Remover::Other {
                creation_finished: self.creation_finished,
            }
        }
    }
}

/// The words of a vCPU.
struct Vcpu {
    own: Own,
    foreign: Foreign,
    /// `mapcache_target`, as the number of a domain.
    target: Cell<usize>,
}

/// A domain and its words.
struct Domain {
    facts: Facts,
    watch: Watch,
    vcpus: Vec<Vcpu>,
}

impl Domain {
    fn new() -> Self {
        let mut domain = Self {
            facts: Facts::default(),
            watch: Watch::new(),
            vcpus: Vec::new(),
        };
        domain.create_vcpu();
        domain
    }

    fn create_vcpu(&mut self) {
        self.vcpus.push(Vcpu {
            own: Own::new(),
            foreign: Foreign::new(),
            target: Cell::new(0),
        });
    }
}

struct Machine([Domain; VCPUS.len()]);

impl Machine {
    fn vcpu(&self, (domain, vcpu): VcpuId) -> &Vcpu {
        &self.0[domain].vcpus[vcpu]
    }
}

/// Whose removal it is.
#[derive(Clone, Copy)]
struct Removal {
    by: VcpuId,
    of: usize,
    in_multicall: bool,
}

/// C's `mapcache_id()`.
fn id((domain, vcpu): VcpuId) -> usize {
    (domain * 10 + vcpu + 2) * 0x8000
}

/// The hooks, or some with a mistake in them. Each names the one that it stands
/// for.
trait Hooks {
    /// `decision`, for a freed leaf.
    fn target_vcpus(is_ram: bool, has_server: bool, remover: Remover) -> TargetVcpus {
        if needs_invalidation(is_ram, has_server) {
            target_vcpus(remover)
        } else {
            TargetVcpus::Nobody
        }
    }

    /// `mapcache_leaf_freed()` and `xen_rs_leaf_freed()`
    fn leaf_freed(machine: &Machine, removal: Removal, is_ram: bool) {
        let Domain { watch, facts, .. } = &machine.0[removal.of];
        let id = id(removal.by);
        if !watch.peek(id) {
            return;
        }
        let remover = facts.remover(removal.by.0 == removal.of);
        let once = match Self::target_vcpus(is_ram, watch.has_server(), remover) {
            TargetVcpus::Nobody => false,
            TargetVcpus::Current => {
                machine.vcpu(removal.by).own.flag();
                true
            }
            TargetVcpus::Every => Self::flag_every_vcpu(machine, removal),
        };
        if once {
            watch.flagged_by(id);
        }
    }

    /// `Current::flag_every_vcpu()`
    fn flag_every_vcpu(machine: &Machine, removal: Removal) -> bool {
        if removal.in_multicall {
            Self::flag_and_kick(&machine.0[removal.of]);
            return false;
        }
        let curr = machine.vcpu(removal.by);
        if curr.target.get() != removal.of {
            Self::end_foreign_removal(machine, removal.by);
        }
        curr.target.set(removal.of);
        curr.own.removed_foreign();
        true
    }

    /// `Current::end_foreign_removal()`
    fn end_foreign_removal(machine: &Machine, curr: VcpuId) {
        let curr = machine.vcpu(curr);
        if curr.own.take_foreign_removal() {
            let target = &machine.0[curr.target.get()];
            target.watch.rearm();
            Self::flag_and_kick(target);
        }
    }

    /// `Domain::flag_and_kick()`: here nobody waits to be kicked.
    fn flag_and_kick(target: &Domain) {
        target.vcpus.iter().for_each(|vcpu| vcpu.foreign.flag());
    }

    /// `xen_rs_hypercall_preempted()`
    fn preempted(domain: &Domain, vcpu: usize, continues: bool) {
        if domain.vcpus[vcpu].own.is_due() && continues {
            domain.vcpus[vcpu].own.defer();
            domain.watch.rearm();
        }
    }

    /// `xen_rs_hypercall_continued()`
    fn continued(domain: &Domain, vcpu: usize) {
        if domain.watch.has_server() {
            domain.vcpus[vcpu].own.flag();
        }
    }

    /// `is_due()`
    fn is_due(domain: &Domain, vcpu: usize, in_time: bool) -> bool {
        let own = &domain.vcpus[vcpu].own;
        if own.is_deferred() && !may_wait(true, i64::from(!in_time), 1) {
            own.flag();
        }
        own.is_due() || domain.vcpus[vcpu].foreign.is_flagged()
    }

    /// `xen_rs_mapcache_send()`. Returns whether something was sent.
    fn send(domain: &Domain, vcpu: usize, in_time: bool) -> bool {
        if !Self::is_due(domain, vcpu, in_time) {
            return false;
        }
        let foreign = domain.vcpus[vcpu].foreign.take();
        let own = domain.vcpus[vcpu].own.take();
        Self::rearm(domain);
        if domain.facts.shutting_down {
            if foreign {
                domain.vcpus[vcpu].foreign.flag();
            }
            if own {
                domain.vcpus[vcpu].own.flag();
            }
        }
        !domain.facts.shutting_down
    }

    /// What the taker does to the watch.
    fn rearm(domain: &Domain) {
        domain.watch.rearm();
    }

    /// `xen_rs_servers_changed()`
    fn servers_changed(domain: &Domain, any: bool) {
        domain.watch.servers_changed(any);
    }
}

/// The hooks as they are.
struct Linked;
impl Hooks for Linked {}

/// The removals, by number, that a vCPU has yet to send for, and those from another
/// domain that it has begun: as its hypercall is not complete, nobody has to send
/// for these yet.
#[derive(Clone, Debug, Default)]
struct Owed {
    own: BTreeSet<usize>,
    deferred: BTreeSet<usize>,
    foreign: BTreeSet<usize>,
    begun: BTreeSet<(usize, usize)>,
}

impl Owed {
    fn end_deferral(&mut self) {
        self.own.append(&mut self.deferred);
    }

    /// What is sent for as the vCPU returns: all of it or nothing.
    fn due(&self) -> usize {
        if self.own.is_empty() && self.foreign.is_empty() {
            0
        } else {
            self.own.len() + self.deferred.len() + self.foreign.len()
        }
    }
}

struct Oracle(Vec<Vec<Owed>>);

impl Oracle {
    /// The table of the design, row by row, first match first.
    fn remove(&mut self, number: usize, removal: Removal, is_ram: bool, facts: Facts) {
        let Removal {
            by,
            of,
            in_multicall,
        } = removal;
        let curr = &mut self.0[by.0][by.1];
        if !is_ram || facts.ioreq_servers == 0 {
        } else if by.0 == of {
            curr.own.insert(number);
            curr.end_deferral();
        } else if facts.creation_finished {
            if in_multicall {
                self.foreign(number, of);
                return;
            }
            // Who turns to another domain is done with the last one.
            if curr.begun.iter().any(|&(target, _)| target != of) {
                self.complete(by);
            }
            self.0[by.0][by.1].begun.insert((of, number));
        }
    }

    /// The vCPU leaves its hypercall, which is seen to be complete after that.
    /// Returns whether it had removed from another domain.
    fn complete(&mut self, by: VcpuId) -> bool {
        let begun = std::mem::take(&mut self.0[by.0][by.1].begun);
        for &(of, number) in &begun {
            self.foreign(number, of);
        }
        !begun.is_empty()
    }

    /// Every vCPU of a domain has to send.
    fn foreign(&mut self, number: usize, of: usize) {
        for owed in &mut self.0[of] {
            owed.foreign.insert(number);
        }
    }
}

/// How much of what matters the sequences held.
#[derive(Debug, Default)]
struct Seen {
    sent: usize,
    merged: usize,
    deferred: usize,
    refused: usize,
    silent_exits: usize,
    foreign_hypercalls: usize,
    foreign_entries: usize,
}

const LOST: &str = "a removal was lost";
const UNDUE: &str = "an invalidation too many";

/// The property: at each exit one invalidation is sent if there are removals to
/// send for, and none if there are not.
fn check<H: Hooks>(steps: &[Step], seen: &mut Seen) -> Result<(), TestCaseError> {
    let mut machine = Machine(VCPUS.map(|_| Domain::new()));
    let mut oracle = Oracle(VCPUS.map(|_| vec![Owed::default()]).into());

    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Remove {
                by,
                of,
                ref leaves,
                in_multicall,
            } => {
                let by = existing(&machine, by);
                let removal = Removal {
                    by,
                    of,
                    in_multicall,
                };
                let facts = machine.0[of].facts;
                if in_multicall {
                    // It is a hypercall of its own.
                    exit::<H>(&machine, &mut oracle, by, true, seen)?;
                }
                for &is_ram in leaves {
                    H::leaf_freed(&machine, removal, is_ram);
                    oracle.remove(number, removal, is_ram, facts);
                    let foreign = by.0 != of && facts.creation_finished;
                    let flagged = is_ram && foreign && facts.ioreq_servers > 0;
                    seen.foreign_entries += usize::from(flagged && in_multicall);
                }
            }
            Step::CreateVcpu(d) => {
                if oracle.0[d].len() < VCPUS[d] {
                    machine.0[d].create_vcpu();
                    oracle.0[d].push(Owed::default());
                }
            }
            Step::Register(d) => {
                machine.0[d].facts.ioreq_servers += 1;
                H::servers_changed(&machine.0[d], true);
            }
            Step::Unregister(d) => {
                let domain = &mut machine.0[d];
                domain.facts.ioreq_servers = domain.facts.ioreq_servers.saturating_sub(1);
                H::servers_changed(domain, domain.facts.ioreq_servers > 0);
            }
            Step::FinishCreation(d) => machine.0[d].facts.creation_finished = true,
            Step::Suspend(d) => machine.0[d].facts.shutting_down = true,
            Step::Resume(d) => machine.0[d].facts.shutting_down = false,
            Step::Preempt(vcpu, continues) => {
                let (d, v) = existing(&machine, vcpu);
                H::preempted(&machine.0[d], v, continues);
                let Owed { own, deferred, .. } = &mut oracle.0[d][v];
                if continues {
                    deferred.append(own);
                }
            }
            Step::Continue(vcpu) => {
                let (d, v) = existing(&machine, vcpu);
                H::continued(&machine.0[d], v);
                if machine.0[d].facts.ioreq_servers > 0 {
                    oracle.0[d][v].own.insert(number);
                    oracle.0[d][v].end_deferral();
                }
            }
            Step::Exit { vcpu, in_time } => {
                let vcpu = existing(&machine, vcpu);
                exit::<H>(&machine, &mut oracle, vcpu, in_time, seen)?;
            }
        }
    }
    // Whatever is still owed is sent for in the end. By the second time all have
    // left their hypercalls.
    for domain in &mut machine.0 {
        domain.facts.shutting_down = false;
    }
    for _ in 0..2 {
        for d in 0..VCPUS.len() {
            for v in 0..machine.0[d].vcpus.len() {
                exit::<H>(&machine, &mut oracle, (d, v), false, seen)?;
            }
        }
    }
    Ok(())
}

/// A vCPU that the domain has by now.
fn existing(machine: &Machine, (d, v): VcpuId) -> VcpuId {
    (d, v % machine.0[d].vcpus.len())
}

/// `xen_rs_exit_work()` and `xen_rs_mapcache_send()`: a vCPU returns to its guest.
fn exit<H: Hooks>(
    machine: &Machine,
    oracle: &mut Oracle,
    vcpu: VcpuId,
    in_time: bool,
    seen: &mut Seen,
) -> Result<(), TestCaseError> {
    H::end_foreign_removal(machine, vcpu);
    seen.foreign_hypercalls += usize::from(oracle.complete(vcpu));

    let (d, v) = vcpu;
    let domain = &machine.0[d];
    let owed = &mut oracle.0[d][v];
    if !in_time {
        owed.end_deferral();
    }
    let due = owed.due();
    let want = due > 0 && !domain.facts.shutting_down;
    let sent = H::send(domain, v, in_time);
    prop_assert!(sent || !want, "{LOST}: {owed:?} by {v} of {d}");
    prop_assert!(!sent || want, "{UNDUE}: by {v} of {d}");
    seen.sent += usize::from(sent);
    seen.merged += usize::from(sent && due > 1);
    seen.refused += usize::from(due > 0 && !sent);
    seen.deferred += usize::from(due == 0 && !owed.deferred.is_empty());
    seen.silent_exits += usize::from(due == 0);
    if sent {
        *owed = Owed::default();
    } else if due > 0 {
        owed.end_deferral();
    }
    Ok(())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let domain = 0..VCPUS.len();
    let vcpu = domain.clone().prop_flat_map(|d| (Just(d), 0..VCPUS[d]));
    let leaves = vec(any::<bool>(), 1..4);
    // One's own as often as another's.
    let own = (vcpu.clone(), leaves.clone()).prop_map(|(by, leaves)| (by, by.0, leaves));
    let anyones = (vcpu.clone(), domain.clone(), leaves);
    let in_multicall = prop::bool::weighted(0.2);
    let removal =
        (prop_oneof![own, anyones], in_multicall).prop_map(|((by, of, leaves), in_multicall)| {
            Step::Remove {
                by,
                of,
                leaves,
                in_multicall,
            }
        });
    let exit = (vcpu.clone(), any::<bool>());
    let step = prop_oneof![
        8 => removal,
        1 => domain.clone().prop_map(Step::CreateVcpu),
        2 => domain.clone().prop_map(Step::Register),
        1 => domain.clone().prop_map(Step::Unregister),
        1 => domain.clone().prop_map(Step::FinishCreation),
        1 => domain.clone().prop_map(Step::Suspend),
        2 => domain.prop_map(Step::Resume),
        3 => (vcpu.clone(), any::<bool>()).prop_map(|(vcpu, known)| Step::Preempt(vcpu, known)),
        1 => vcpu.prop_map(Step::Continue),
        4 => exit.prop_map(|(vcpu, in_time)| Step::Exit { vcpu, in_time }),
    ];
    vec(step, 1..100)
}

/// Runs the property on the same sequences each time, and keeps no files.
fn run<H: Hooks>() -> (Result<(), TestError<Vec<Step>>>, Seen) {
    let config = Config {
        cases: 2_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let seen = RefCell::new(Seen::default());
    let result = TestRunner::new_with_rng(config, rng)
        .run(&steps(), |steps| check::<H>(&steps, &mut seen.borrow_mut()));
    (result, seen.into_inner())
}

#[test]
fn each_removal_is_sent_for_once_by_each_flagged_vcpu() {
    let (result, seen) = run::<Linked>();
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(
        seen.sent > 5_000
            && seen.merged > 2_000
            && seen.deferred > 100
            && seen.refused > 1_000
            && seen.silent_exits > 10_000
            && seen.foreign_hypercalls > 800
            && seen.foreign_entries > 300,
        "sequences that hardly matter: {seen:?}"
    );
}

/// A mutant, which the property must reject for one of these reasons.
macro_rules! rejects {
    ($($test:ident, $reasons:expr => { $($mutation:item)* })*) => {$(
        #[test]
        fn $test() {
            struct Mutant;
            impl Hooks for Mutant { $($mutation)* }
            match run::<Mutant>().0 {
                Err(TestError::Fail(why, steps)) => assert!(
                    $reasons.iter().any(|reason| why.message().contains(reason)),
                    "{why} after {steps:?}"
                ),
                other => panic!("not rejected: {other:?}"),
            }
        }
    )*};
}

rejects! {
    rejects_one_that_does_not_look_for_ram, [UNDUE] => {
        fn target_vcpus(_: bool, has_server: bool, remover: Remover) -> TargetVcpus {
            Linked::target_vcpus(true, has_server, remover)
        }
    }

    rejects_one_that_ignores_other_domains, [LOST] => {
        fn flag_every_vcpu(_: &Machine, _: Removal) -> bool {
            false
        }
    }

    rejects_one_that_does_not_flag_at_the_exit, [LOST] => {
        fn end_foreign_removal(machine: &Machine, curr: VcpuId) {
            let curr = machine.vcpu(curr);
            if curr.own.take_foreign_removal() {
                machine.0[curr.target.get()].watch.rearm();
            }
        }
    }

    rejects_one_that_flags_one_vcpu_for_another_domain, [LOST] => {
        fn flag_and_kick(target: &Domain) {
            target.vcpus[0].foreign.flag();
        }
    }

    rejects_one_that_flags_the_last_domain_alone, [LOST] => {
        fn flag_every_vcpu(machine: &Machine, removal: Removal) -> bool {
            machine.vcpu(removal.by).target.set(removal.of);
            Linked::flag_every_vcpu(machine, removal)
        }
    }

    rejects_one_that_flags_the_first_domain_alone, [LOST] => {
        fn flag_every_vcpu(machine: &Machine, removal: Removal) -> bool {
            let curr = machine.vcpu(removal.by);
            let begun = curr.own.take_foreign_removal();
            if begun {
                curr.own.removed_foreign();
            }
            begun || Linked::flag_every_vcpu(machine, removal)
        }
    }

    rejects_one_that_flags_before_the_exit, [UNDUE] => {
        fn flag_every_vcpu(machine: &Machine, removal: Removal) -> bool {
            Self::flag_and_kick(&machine.0[removal.of]);
            Linked::flag_every_vcpu(machine, removal)
        }
    }

    rejects_one_that_flags_a_multicall_at_its_end, [LOST] => {
        fn flag_every_vcpu(machine: &Machine, removal: Removal) -> bool {
            Linked::flag_every_vcpu(machine, Removal { in_multicall: false, ..removal })
        }
    }

    rejects_one_that_marks_in_a_multicall, [LOST] => {
        fn flag_every_vcpu(machine: &Machine, removal: Removal) -> bool {
            Linked::flag_every_vcpu(machine, removal);
            true
        }
    }

    rejects_one_whose_mark_stays_after_the_exit, [LOST] => {
        fn end_foreign_removal(machine: &Machine, curr: VcpuId) {
            let curr = machine.vcpu(curr);
            if curr.own.take_foreign_removal() {
                Self::flag_and_kick(&machine.0[curr.target.get()]);
            }
        }
    }

    rejects_one_that_flags_while_the_domain_is_built, [UNDUE] => {
        fn target_vcpus(is_ram: bool, has_server: bool, remover: Remover) -> TargetVcpus {
            let remover = match remover {
                Remover::Guest => Remover::Guest,
                Remover::Other { .. } => Remover::Other { creation_finished: true },
            };
            Linked::target_vcpus(is_ram, has_server, remover)
        }
    }

    rejects_one_that_marks_while_the_domain_is_built, [LOST] => {
        fn leaf_freed(machine: &Machine, removal: Removal, is_ram: bool) {
            Linked::leaf_freed(machine, removal, is_ram);
            let domain = &machine.0[removal.of];
            if is_ram && !domain.facts.creation_finished && domain.watch.has_server() {
                domain.watch.flagged_by(id(removal.by));
            }
        }
    }

    rejects_one_that_does_not_rearm_at_the_take, [LOST] => {
        fn rearm(_: &Domain) {}
    }

    rejects_one_that_rearms_without_a_server, [UNDUE] => {
        fn rearm(domain: &Domain) {
            domain.watch.servers_changed(true);
        }
    }

    rejects_one_that_does_not_rearm_for_what_is_deferred, [LOST] => {
        fn preempted(domain: &Domain, vcpu: usize, continues: bool) {
            if continues {
                domain.vcpus[vcpu].own.defer();
            }
        }
    }

    rejects_one_that_defers_what_is_not_known_to_continue, [LOST] => {
        fn preempted(domain: &Domain, vcpu: usize, _: bool) {
            Linked::preempted(domain, vcpu, true);
        }
    }

    rejects_one_that_defers_nothing, [UNDUE] => {
        fn preempted(_: &Domain, _: usize, _: bool) {}
    }

    rejects_one_that_defers_for_good, [LOST] => {
        fn is_due(domain: &Domain, vcpu: usize, _: bool) -> bool {
            Linked::is_due(domain, vcpu, true)
        }
    }

    rejects_one_that_flags_nobody_at_a_continuation, [LOST] => {
        fn continued(_: &Domain, _: usize) {}
    }

    rejects_one_that_flags_a_continuation_without_a_server, [UNDUE] => {
        fn continued(domain: &Domain, vcpu: usize) {
            domain.vcpus[vcpu].own.flag();
        }
    }

    rejects_one_that_loses_what_a_shutdown_refuses, [LOST] => {
        fn send(domain: &Domain, vcpu: usize, in_time: bool) -> bool {
            let due = Self::is_due(domain, vcpu, in_time);
            if due {
                let Vcpu { own, foreign, .. } = &domain.vcpus[vcpu];
                let _ = (foreign.take(), own.take());
                Self::rearm(domain);
            }
            due && !domain.facts.shutting_down
        }
    }

    rejects_one_that_sends_for_each_kind, [UNDUE] => {
        fn send(domain: &Domain, vcpu: usize, in_time: bool) -> bool {
            let Vcpu { own, foreign, .. } = &domain.vcpus[vcpu];
            let both = own.is_due() && foreign.is_flagged();
            let sent = Linked::send(domain, vcpu, in_time);
            if both && sent {
                own.flag();
            }
            sent
        }
    }

    rejects_one_that_marks_whatever_is_freed, [LOST] => {
        fn leaf_freed(machine: &Machine, removal: Removal, is_ram: bool) {
            Linked::leaf_freed(machine, removal, is_ram);
            let watch = &machine.0[removal.of].watch;
            if !is_ram && removal.by.0 == removal.of && watch.has_server() {
                watch.flagged_by(id(removal.by));
            }
        }
    }
}
