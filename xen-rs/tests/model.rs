// SPDX-License-Identifier: GPL-2.0-only

//! Any sequence of removals, by any vCPU and from any domain, while ioreq
//! servers come and go and vCPUs return to their guests: is each told by
//! whoever must, and by nobody else?
//!
//! The machine is `decision` and `pending`, wired as the hooks wire them. The
//! oracle keeps, for each vCPU, the set of removals that it has yet to tell.
//! Both see one step at a time; interleavings are what `tests/loom` is for.
#![cfg(not(loom))]

use std::cell::RefCell;
use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};
use xen_rs::decision::{P2mType, Remover, Tell, must_be_told, who_tells};
use xen_rs::pending::Pending;

/// How many vCPUs each domain has.
const VCPUS: [usize; 3] = [1, 2, 4];

/// The vCPU with this number, in the domain with that.
type VcpuId = (usize, usize);

#[derive(Clone, Debug)]
enum Step {
    /// `by` removes from the P2M of domain `of` a leaf of this type.
    Remove {
        by: VcpuId,
        of: usize,
        leaf: u32,
    },
    /// A domain gets an ioreq server, or loses one.
    Register(usize),
    Unregister(usize),
    /// The toolstack unpauses a domain for the first time.
    FinishCreation(usize),
    /// A vCPU returns from a hypercall, through the epilogue and then, as
    /// whenever it leaves the hypervisor, the completion path.
    Hypercall(VcpuId),
    /// A vCPU returns from I/O, through the completion path alone.
    Io(VcpuId),
}

/// What is made of a removal. The wrong ones are below.
type Decide = fn(P2mType, has_server: bool, Remover) -> Tell;

fn decide(leaf: P2mType, has_server: bool, remover: Remover) -> Tell {
    if must_be_told(leaf, || has_server) {
        who_tells(remover)
    } else {
        Tell::Nobody
    }
}

/// What both sides know of a domain.
#[derive(Clone, Copy, Default)]
struct Domain {
    ioreq_servers: usize,
    creation_finished: bool,
}

/// What is under test.
struct Machine {
    notes: Vec<Vec<Pending>>,
    decide: Decide,
}

impl Machine {
    fn remove(&self, by: VcpuId, of: usize, leaf: u32, domain: Domain) {
        let remover = if by.0 == of {
            Remover::Guest
        } else {
            Remover::Other {
                creation_finished: domain.creation_finished,
            }
        };
        match (self.decide)(P2mType(leaf), domain.ioreq_servers > 0, remover) {
            Tell::Nobody => {}
            Tell::CurrentVcpu => self.notes[by.0][by.1].request(),
            Tell::EveryVcpu => self.notes[of].iter().for_each(Pending::request),
        }
    }

    /// How often `vcpu` broadcasts as it returns, on a way with so many places
    /// that take the note.
    fn broadcasts(&self, vcpu: VcpuId, takers: usize) -> usize {
        (0..takers)
            .filter(|_| self.notes[vcpu.0][vcpu.1].take())
            .count()
    }
}

/// The removals, by number, that each vCPU has yet to tell.
struct Oracle {
    owed: Vec<Vec<BTreeSet<usize>>>,
}

impl Oracle {
    /// The table of the design, row by row, first match first.
    fn remove(&mut self, number: usize, by: VcpuId, of: usize, leaf: u32, domain: Domain) {
        const RAM_RW: u32 = 1;
        const RAM_RO: u32 = 2;

        let own = by.0 == of;
        let tellers: &mut [BTreeSet<usize>] = match (own, leaf, domain) {
            (_, leaf, _) if leaf != RAM_RW && leaf != RAM_RO => &mut [],
            (
                _,
                _,
                Domain {
                    ioreq_servers: 0, ..
                },
            ) => &mut [],
            (true, _, _) => &mut self.owed[by.0][by.1..=by.1],
            (
                false,
                _,
                Domain {
                    creation_finished: true,
                    ..
                },
            ) => &mut self.owed[of],
            (
                false,
                _,
                Domain {
                    creation_finished: false,
                    ..
                },
            ) => &mut [],
        };
        for owed in tellers {
            owed.insert(number);
        }
    }

    /// The removals that `vcpu` tells at once as it returns.
    fn told_on_return(&mut self, vcpu: VcpuId) -> BTreeSet<usize> {
        std::mem::take(&mut self.owed[vcpu.0][vcpu.1])
    }
}

/// How much of what matters the sequences held.
#[derive(Debug, Default)]
struct Seen {
    broadcasts: usize,
    merged: usize,
    silent_returns: usize,
}

const LOST: &str = "a removal was lost";
const UNDUE: &str = "a broadcast too many";

/// The property: at each return there is one broadcast if there are removals to
/// tell, and none if there are not.
fn check(steps: &[Step], decide: Decide, seen: &mut Seen) -> Result<(), TestCaseError> {
    let mut domains = [Domain::default(); VCPUS.len()];
    let machine = Machine {
        notes: VCPUS
            .map(|vcpus| (0..vcpus).map(|_| Pending::new()).collect())
            .into(),
        decide,
    };
    let mut oracle = Oracle {
        owed: VCPUS.map(|vcpus| vec![BTreeSet::new(); vcpus]).into(),
    };
    let mut returns = |oracle: &mut Oracle, vcpu, takers| {
        let told = oracle.told_on_return(vcpu);
        let want = usize::from(!told.is_empty());
        let broadcasts = machine.broadcasts(vcpu, takers);
        prop_assert!(broadcasts >= want, "{LOST}: {told:?} by {vcpu:?}");
        prop_assert!(broadcasts <= want, "{UNDUE}: {broadcasts} by {vcpu:?}");
        seen.broadcasts += broadcasts;
        seen.merged += usize::from(told.len() > 1);
        seen.silent_returns += 1 - want;
        Ok(())
    };

    for (number, step) in steps.iter().enumerate() {
        match *step {
            Step::Remove { by, of, leaf } => {
                machine.remove(by, of, leaf, domains[of]);
                oracle.remove(number, by, of, leaf, domains[of]);
            }
            Step::Register(d) => domains[d].ioreq_servers += 1,
            Step::Unregister(d) => {
                domains[d].ioreq_servers = domains[d].ioreq_servers.saturating_sub(1);
            }
            Step::FinishCreation(d) => domains[d].creation_finished = true,
            Step::Hypercall(vcpu) => returns(&mut oracle, vcpu, 2)?,
            Step::Io(vcpu) => returns(&mut oracle, vcpu, 1)?,
        }
    }
    // Whatever is still owed is told in the end.
    for (d, vcpus) in VCPUS.into_iter().enumerate() {
        for v in 0..vcpus {
            returns(&mut oracle, (d, v), 2)?;
        }
    }
    Ok(())
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let domain = 0..VCPUS.len();
    let vcpu = domain.clone().prop_flat_map(|d| (Just(d), 0..VCPUS[d]));
    // RAM as often as all that is not, and one's own as often as another's.
    let leaf = prop_oneof![1..=2u32, 0..16u32];
    let own = (vcpu.clone(), leaf.clone()).prop_map(|(by, leaf)| (by, by.0, leaf));
    let any = (vcpu.clone(), domain.clone(), leaf);
    let removal = prop_oneof![own, any].prop_map(|(by, of, leaf)| Step::Remove { by, of, leaf });
    let step = prop_oneof![
        8 => removal,
        2 => domain.clone().prop_map(Step::Register),
        1 => domain.clone().prop_map(Step::Unregister),
        1 => domain.prop_map(Step::FinishCreation),
        2 => vcpu.clone().prop_map(Step::Hypercall),
        2 => vcpu.prop_map(Step::Io),
    ];
    vec(step, 1..100)
}

/// Runs the property on the same sequences each time, and keeps no files.
fn run(decide: Decide) -> (Result<(), TestError<Vec<Step>>>, Seen) {
    let config = Config {
        cases: 2_000,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let seen = RefCell::new(Seen::default());
    let result = TestRunner::new_with_rng(config, rng).run(&steps(), |steps| {
        check(&steps, decide, &mut seen.borrow_mut())
    });
    (result, seen.into_inner())
}

#[test]
fn each_removal_is_told_once_by_whoever_must() {
    let (result, seen) = run(decide);
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert!(
        seen.broadcasts > 5_000 && seen.merged > 1_000 && seen.silent_returns > 10_000,
        "sequences that hardly matter: {seen:?}"
    );
}

/// The property must reject a wrong decision, and for one of these reasons.
fn rejects(wrong: Decide, reasons: &[&str]) {
    match run(wrong).0 {
        Err(TestError::Fail(why, steps)) => assert!(
            reasons.iter().any(|reason| why.message().contains(reason)),
            "{why} after {steps:?}"
        ),
        other => panic!("not rejected: {other:?}"),
    }
}

#[test]
fn rejects_one_that_forgets_read_only_ram() {
    rejects(
        |leaf, has_server, remover| match leaf {
            P2mType::RAM_RO => Tell::Nobody,
            _ => decide(leaf, has_server, remover),
        },
        &[LOST],
    );
}

#[test]
fn rejects_one_that_tells_of_grants() {
    const GRANT_MAP_RW: P2mType = P2mType(8);
    rejects(
        |leaf, has_server, remover| match leaf {
            GRANT_MAP_RW => decide(P2mType::RAM_RW, has_server, remover),
            _ => decide(leaf, has_server, remover),
        },
        &[UNDUE],
    );
}

#[test]
fn rejects_one_that_does_not_ask_for_servers() {
    rejects(|leaf, _, remover| decide(leaf, true, remover), &[UNDUE]);
}

#[test]
fn rejects_one_that_ignores_other_domains() {
    rejects(
        |leaf, has_server, remover| match remover {
            Remover::Guest => decide(leaf, has_server, remover),
            Remover::Other { .. } => Tell::Nobody,
        },
        &[LOST],
    );
}

#[test]
fn rejects_one_that_flags_the_current_vcpu_for_another_domain() {
    rejects(
        |leaf, has_server, _| decide(leaf, has_server, Remover::Guest),
        // The target is not told of it, and the remover is.
        &[LOST, UNDUE],
    );
}

#[test]
fn rejects_one_that_tells_while_the_domain_is_built() {
    const CREATED: Remover = Remover::Other {
        creation_finished: true,
    };
    rejects(
        |leaf, has_server, remover| match remover {
            Remover::Guest => decide(leaf, has_server, remover),
            Remover::Other { .. } => decide(leaf, has_server, CREATED),
        },
        &[UNDUE],
    );
}

#[test]
fn rejects_one_that_has_every_vcpu_tell_of_the_guests_own() {
    rejects(
        |leaf, has_server, remover| match decide(leaf, has_server, remover) {
            Tell::CurrentVcpu => Tell::EveryVcpu,
            other => other,
        },
        &[UNDUE],
    );
}
