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

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use xen_rs::decision::{Remover, TargetVcpus, may_wait, needs_invalidation, target_vcpus};
use xen_rs::pending::{AllFlagged, Foreign, Own, flag_every};
use xen_rs::watch::Watch;

/// How many vCPUs each domain has.
const VCPUS: [usize; 3] = [1, 2, 4];

/// The vCPU with this number, in the domain with that.
type VcpuId = (usize, usize);

#[derive(Clone, Debug)]
enum Step {
    /// `by` removes from the P2M of domain `of` leaves, which are RAM or not,
    /// under one hold of the lock.
    Remove {
        by: VcpuId,
        of: usize,
        leaves: Vec<bool>,
    },
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

/// The words of a domain.
struct Domain {
    watch: Watch,
    all: AllFlagged,
    own: Vec<Own>,
    foreign: Vec<Foreign>,
}

impl Domain {
    fn new(vcpus: usize) -> Self {
        Self {
            watch: Watch::new(),
            all: AllFlagged::new(),
            own: (0..vcpus).map(|_| Own::new()).collect(),
            foreign: (0..vcpus).map(|_| Foreign::new()).collect(),
        }
    }
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

    /// `mapcache_leaf_freed()` and `xen_rs_leaf_freed()`, then
    /// `xen_rs_p2m_unlock()`.
    fn remove(domain: &Domain, own: Option<usize>, id: usize, leaves: &[bool], facts: Facts) {
        let mut foreign_removal = false;
        for &is_ram in leaves {
            if !domain.watch.peek(id) {
                continue;
            }
            let remover = Remover::Guest;
            let flag = Self::target_vcpus(is_ram, domain.watch.has_server(), remover);
            if flag == TargetVcpus::Nobody {
                continue;
            }
            match own {
                Some(vcpu) => domain.own[vcpu].flag(),
                None => foreign_removal = true,
            }
            domain.watch.flagged_by(id);
        }
        if foreign_removal {
            Self::unlock(domain, Self::target_vcpus(true, true, facts.remover(false)));
        }
    }

    /// `xen_rs_p2m_unlock()`
    fn unlock(domain: &Domain, target: TargetVcpus) {
        domain.watch.rearm();
        if target == TargetVcpus::Every {
            flag_every(&domain.all, domain.foreign.iter());
        }
    }

    /// `xen_rs_hypercall_preempted()`
    fn preempted(domain: &Domain, vcpu: usize, continues: bool) {
        if domain.own[vcpu].is_due() && continues {
            domain.own[vcpu].defer();
            domain.watch.rearm();
        }
    }

    /// `xen_rs_hypercall_continued()`
    fn continued(domain: &Domain, vcpu: usize) {
        if domain.watch.has_server() {
            domain.own[vcpu].flag();
        }
    }

    /// `is_due()`
    fn is_due(domain: &Domain, vcpu: usize, in_time: bool) -> bool {
        let own = &domain.own[vcpu];
        if own.is_deferred() && !may_wait(true, i64::from(!in_time), 1) {
            own.flag();
        }
        own.is_due() || domain.foreign[vcpu].is_flagged()
    }

    /// `xen_rs_mapcache_send()`. Returns whether something was sent.
    fn send(domain: &Domain, vcpu: usize, in_time: bool, facts: Facts) -> bool {
        if !Self::is_due(domain, vcpu, in_time) {
            return false;
        }
        let foreign = domain.foreign[vcpu].take(&domain.all);
        let own = domain.own[vcpu].take();
        Self::rearm(domain);
        if facts.shutting_down {
            if foreign {
                domain.foreign[vcpu].flag();
            }
            if own {
                domain.own[vcpu].flag();
            }
        }
        !facts.shutting_down
    }

    /// What the taker does to the watch.
    fn rearm(domain: &Domain) {
        domain.watch.rearm();
    }

    /// `xen_rs_servers_changed()`
    fn servers_changed(domain: &Domain, any: bool) {
        domain.watch.servers_changed(any);
        domain.all.clear();
    }
}

/// The hooks as they are.
struct Linked;
impl Hooks for Linked {}

/// The removals, by number, that a vCPU has yet to send for.
#[derive(Clone, Debug, Default)]
struct Owed {
    own: BTreeSet<usize>,
    deferred: BTreeSet<usize>,
    foreign: BTreeSet<usize>,
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
    fn remove(&mut self, number: usize, by: VcpuId, of: usize, is_ram: bool, facts: Facts) {
        let own = by.0 == of;
        match (own, is_ram, facts) {
            (_, false, _)
            | (
                _,
                _,
                Facts {
                    ioreq_servers: 0, ..
                },
            ) => {}
            (true, _, _) => {
                let owed = &mut self.0[by.0][by.1];
                owed.own.insert(number);
                owed.end_deferral();
            }
            (
                false,
                _,
                Facts {
                    creation_finished: true,
                    ..
                },
            ) => {
                for owed in &mut self.0[of] {
                    owed.foreign.insert(number);
                }
            }
            (
                false,
                _,
                Facts {
                    creation_finished: false,
                    ..
                },
            ) => {}
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
}

const LOST: &str = "a removal was lost";
const UNDUE: &str = "an invalidation too many";

/// The property: at each exit one invalidation is sent if there are removals to
/// send for, and none if there are not.
fn check<H: Hooks>(steps: &[Step], seen: &mut Seen) -> Result<(), TestCaseError> {
    let mut facts = [Facts::default(); VCPUS.len()];
    let domains = VCPUS.map(Domain::new);
    let mut oracle = Oracle(VCPUS.map(|vcpus| vec![Owed::default(); vcpus]).into());
    let mut exit = |oracle: &mut Oracle, (d, v): VcpuId, in_time: bool, facts: Facts| {
        let owed = &mut oracle.0[d][v];
        if !in_time {
            owed.end_deferral();
        }
        let due = owed.due();
        let want = due > 0 && !facts.shutting_down;
        let sent = H::send(&domains[d], v, in_time, facts);
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
    };

    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Remove { by, of, ref leaves } => {
                let own = (by.0 == of).then_some(by.1);
                let id = (by.0 * 10 + by.1 + 2) * 0x8000;
                H::remove(&domains[of], own, id, leaves, facts[of]);
                for &is_ram in leaves {
                    oracle.remove(number, by, of, is_ram, facts[of]);
                }
            }
            Step::Register(d) => {
                facts[d].ioreq_servers += 1;
                H::servers_changed(&domains[d], true);
            }
            Step::Unregister(d) => {
                facts[d].ioreq_servers = facts[d].ioreq_servers.saturating_sub(1);
                H::servers_changed(&domains[d], facts[d].ioreq_servers > 0);
            }
            Step::FinishCreation(d) => facts[d].creation_finished = true,
            Step::Suspend(d) => facts[d].shutting_down = true,
            Step::Resume(d) => facts[d].shutting_down = false,
            Step::Preempt((d, v), continues) => {
                H::preempted(&domains[d], v, continues);
                let Owed { own, deferred, .. } = &mut oracle.0[d][v];
                if continues {
                    deferred.append(own);
                }
            }
            Step::Continue((d, v)) => {
                H::continued(&domains[d], v);
                if facts[d].ioreq_servers > 0 {
                    oracle.0[d][v].own.insert(number);
                    oracle.0[d][v].end_deferral();
                }
            }
            Step::Exit { vcpu, in_time } => exit(&mut oracle, vcpu, in_time, facts[vcpu.0])?,
        }
    }
    // Whatever is still owed is sent for in the end.
    for (d, vcpus) in VCPUS.into_iter().enumerate() {
        facts[d].shutting_down = false;
        for v in 0..vcpus {
            exit(&mut oracle, (d, v), false, facts[d])?;
        }
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
    let removal =
        prop_oneof![own, anyones].prop_map(|(by, of, leaves)| Step::Remove { by, of, leaves });
    let exit = (vcpu.clone(), any::<bool>());
    let step = prop_oneof![
        8 => removal,
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
            && seen.silent_exits > 10_000,
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
        fn unlock(domain: &Domain, _: TargetVcpus) {
            domain.watch.rearm();
        }
    }

    rejects_one_that_flags_one_vcpu_for_another_domain, [LOST] => {
        fn unlock(domain: &Domain, target: TargetVcpus) {
            domain.watch.rearm();
            if target == TargetVcpus::Every {
                flag_every(&domain.all, domain.foreign[..1].iter());
            }
        }
    }

    rejects_one_that_flags_while_the_domain_is_built, [UNDUE] => {
        fn unlock(domain: &Domain, _: TargetVcpus) {
            Linked::unlock(domain, TargetVcpus::Every);
        }
    }

    rejects_one_that_does_not_rearm_at_the_unlock, [LOST] => {
        fn unlock(domain: &Domain, target: TargetVcpus) {
            if target == TargetVcpus::Every {
                flag_every(&domain.all, domain.foreign.iter());
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
                domain.own[vcpu].defer();
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
            domain.own[vcpu].flag();
        }
    }

    rejects_one_that_loses_what_a_shutdown_refuses, [LOST] => {
        fn send(domain: &Domain, vcpu: usize, in_time: bool, facts: Facts) -> bool {
            let running = Facts { shutting_down: false, ..facts };
            Linked::send(domain, vcpu, in_time, running) && !facts.shutting_down
        }
    }

    rejects_one_that_marks_whatever_is_freed, [LOST] => {
        fn remove(domain: &Domain, own: Option<usize>, id: usize, leaves: &[bool], facts: Facts) {
            let not_ram = leaves.iter().any(|is_ram| !is_ram);
            Linked::remove(domain, own, id, leaves, facts);
            if not_ram && own.is_some() && domain.watch.has_server() {
                domain.watch.flagged_by(id);
            }
        }
    }

    rejects_one_that_does_not_clear_all_at_the_take, [LOST] => {
        fn send(domain: &Domain, vcpu: usize, in_time: bool, facts: Facts) -> bool {
            let all_stays = AllFlagged::new();
            let due = Self::is_due(domain, vcpu, in_time) && !facts.shutting_down;
            if due {
                let _ = (domain.foreign[vcpu].take(&all_stays), domain.own[vcpu].take());
                domain.watch.rearm();
            }
            due
        }
    }
}
