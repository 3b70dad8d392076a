// SPDX-License-Identifier: GPL-2.0-only

use super::{super::plan::Plan, *};
use crate::operation::OPERATIONS;

/// An operation of that kind that satisfies this, from some plan.
fn some(kind: &str, satisfies: impl Fn(Op) -> bool) -> Op {
    (0..1000)
        .flat_map(|episode| Plan::new(1, episode).ops)
        .find(|op| op.operation().name == kind && satisfies(*op))
        .expect("there is one")
}

/// What is compared of an operation with these counts, by a vCPU of an episode
/// with two enabled servers.
fn compared(kind: &str, sent: Sent) -> String {
    let op = some(kind, |_| true);
    shown(Compared::next(&mut Servers::new(2, 0b11), op, sent))
}

/// What is digested: the part of the text that is compared.
fn shown(compared: Compared) -> String {
    let digested = format!("{compared:#}");
    let text = compared.to_string();
    assert_eq!(text.split(" # ").next(), Some(&*digested));
    digested
}

fn agree(kind: &str, upstream: Sent, component: Sent) {
    assert_eq!(compared(kind, upstream), compared(kind, component));
}

fn differ(kind: &str, upstream: Sent, component: Sent) {
    assert_ne!(compared(kind, upstream), compared(kind, component));
}

fn own(before: Counts, invalidations: Counts) -> Sent {
    Sent {
        before,
        invalidations,
        closed: [[0; SERVERS]; VCPUS],
    }
}

/// Of a removal by dom0 that vCPU 0 has asked for.
fn foreign(invalidations: Counts, closed: [u64; VCPUS]) -> Sent {
    Sent {
        before: [0, 0],
        invalidations,
        closed: closed.map(|count| [count; SERVERS]),
    }
}

const FOREIGN: [&str; 5] = [
    "by-dom0-remove",
    "by-dom0-decrease",
    "by-dom0-paused",
    "during-mmio",
    "during-invalidation",
];

#[test]
fn an_own_removal_is_sent_once_and_before_it_returns() {
    let sent = own([0, 0], [1, 1]);
    agree("decrease", sent, sent);
    for wrong in [
        own([0, 0], [0, 0]),
        own([0, 0], [1, 0]),
        own([0, 0], [2, 2]),
        own([1, 1], [0, 0]),
        own([1, 1], [1, 1]),
    ] {
        differ("decrease", sent, wrong);
    }
}

#[test]
fn what_is_preempted_may_send_more_often_but_not_never_nor_later() {
    for kind in ["decrease-array", "multicall"] {
        let sent = own([0, 0], [2, 2]);
        agree(kind, sent, own([0, 0], [1, 1]));
        differ(kind, sent, own([0, 0], [0, 0]));
        differ(kind, sent, own([0, 0], [1, 0]));
        differ(kind, sent, own([1, 1], [1, 1]));
        differ(kind, own([0, 0], [0, 0]), sent);
    }
}

#[test]
fn what_is_preempted_sends_no_more_often_than_it_has_parts() {
    for (kind, most) in [("foreign-batch", 3), ("populate-array", 6)] {
        let op = some(kind, |op| {
            kind == "foreign-batch" || op.operands().count == 6
        });
        let sent = |invalidations| {
            shown(Compared::next(
                &mut Servers::new(2, 0b11),
                op,
                own([0, 0], invalidations),
            ))
        };
        assert_eq!(sent([1, 1]), sent([most, most]));
        assert_ne!(sent([1, 1]), sent([most, most + 1]));
    }
}

#[test]
fn after_a_removal_by_dom0_a_vcpu_may_send_at_once() {
    for kind in FOREIGN {
        agree(kind, foreign([0, 0], [1; 4]), foreign([1, 1], [1; 4]));
    }
}

#[test]
fn after_a_removal_by_dom0_every_vcpu_sends() {
    for kind in FOREIGN {
        for lost in [[0; 4], [1, 0, 0, 0], [0, 1, 1, 1], [1, 1, 1, 0]] {
            differ(kind, foreign([0, 0], [1; 4]), foreign([0, 0], lost));
        }
        let one_server = Sent {
            closed: [[1, 0]; VCPUS],
            ..Sent::default()
        };
        differ(kind, foreign([0, 0], [1; 4]), one_server);
    }
}

#[test]
fn after_a_removal_by_dom0_a_vcpu_sends_once_unless_that_was_preempted() {
    for kind in FOREIGN {
        let (once, twice) = (foreign([1, 1], [1; 4]), foreign([1, 1], [2, 1, 1, 1]));
        match kind {
            "by-dom0-decrease" => agree(kind, once, twice),
            _ => differ(kind, once, twice),
        }
    }
}

#[test]
fn what_came_before_a_removal_by_dom0_is_no_part_of_it() {
    for kind in FOREIGN {
        let early = Sent {
            before: [1, 1],
            ..foreign([0, 0], [1; 4])
        };
        differ(kind, foreign([0, 0], [1; 4]), early);
    }
}

/// A `servers` that enables these servers of two.
fn enables(enabled: u8) -> Op {
    some("servers", |op| {
        let to = op.operands();
        (to.registered, to.enabled) == (2, enabled)
    })
}

#[test]
fn a_server_that_is_enabled_may_be_sent_to_once() {
    let change = |sent: Sent| {
        let mut servers = Servers::new(2, 0b01);
        let compared = Compared::next(&mut servers, enables(0b11), sent);
        assert_eq!(compared.rule, Rule::Enabled(1));
        shown(compared)
    };
    let none = change(foreign([0, 0], [0; 4]));
    assert_eq!(none, change(foreign([1, 1], [1; 4])));
    assert_ne!(none, change(foreign([1, 1], [1, 1, 1, 2])));
}

#[test]
fn what_is_sent_when_no_server_was_disabled_is_compared() {
    let change = |sent| {
        let compared = Compared::next(&mut Servers::new(2, 0b11), enables(0b10), sent);
        assert_eq!(compared.rule, Rule::Foreign);
        shown(compared)
    };
    let none = change(foreign([0, 0], [0; 4]));
    assert_ne!(none, change(foreign([0, 0], [0, 0, 0, 1])));
}

/// This one the comparison cannot see, as upstream does not send it.
#[test]
fn what_a_server_missed_is_counted_and_whether_it_was_sent() {
    let missed = |removal: Counts, sent: Sent| {
        let mut servers = Servers::new(2, 0b01);
        let decrease = some("decrease", |_| true);
        Compared::next(&mut servers, decrease, own([0, 0], removal));
        Compared::next(&mut servers, enables(0b11), sent).missed
    };
    assert_eq!(missed([1, 0], foreign([0, 0], [1; 4])), (4, 4));
    assert_eq!(missed([1, 0], foreign([0, 0], [1, 1, 0, 1])), (4, 3));
    assert_eq!(missed([1, 0], foreign([0, 0], [0; 4])), (4, 0));
    assert_eq!(missed([0, 0], foreign([0, 0], [0; 4])), (0, 0));
}

#[test]
fn a_removal_by_dom0_is_missed_as_well() {
    let mut servers = Servers::new(2, 0b10);
    let remove = some("by-dom0-remove", |_| true);
    let sent = Sent {
        closed: [[0, 1]; VCPUS],
        ..Sent::default()
    };
    Compared::next(&mut servers, remove, sent);
    let compared = Compared::next(&mut servers, enables(0b01), Sent::default());
    assert_eq!(compared.missed, (4, 0));
}

#[test]
fn every_rule_but_the_exact_one_is_for_few_kinds() {
    let disabled = Enabled { any: 0, missed: 0 };
    let rules: Vec<usize> = OPERATIONS
        .iter()
        .map(|operation| Rule::of(some(operation.name, |_| true), disabled).number())
        .collect();
    let kinds = |rule: usize| rules.iter().filter(|&&is| is == rule).count();
    let [exact, others @ .., enabled] = [0, 1, 2, 3, 4].map(kinds);
    assert!(others.iter().all(|&few| few != 0 && few < exact / 2));
    assert_eq!(enabled, 0);
}

#[test]
fn who_closes_is_who_is_compared_so() {
    for operation in OPERATIONS {
        for any in [0, 0b01, 0b11] {
            let rule = Rule::of(some(operation.name, |_| true), Enabled { any, missed: 0 });
            let own = matches!(rule, Rule::Exact | Rule::Preempted(_));
            assert_eq!(Rule::closes(operation), !own, "{}", operation.name);
        }
    }
}

#[test]
fn the_invalidations_are_each_counted_once() {
    let op = |kind| some(kind, |_| true);
    let count =
        |kind, sent| Compared::next(&mut Servers::new(2, 0b11), op(kind), sent).invalidations();
    assert_eq!(count("decrease", own([1, 1], [1, 2])), 5);
    assert_eq!(count("by-dom0-remove", foreign([1, 1], [1; 4])), 8);
}

#[test]
fn a_line_shows_what_is_compared_and_what_that_hides() {
    let shown = |kind, sent| {
        let mut servers = Servers::new(2, 0b11);
        Compared::next(&mut servers, some(kind, |_| true), sent).to_string()
    };
    assert_eq!(
        shown("decrease", own([0, 0], [1, 1])),
        "before=0,0 invalidations=1,1"
    );
    assert_eq!(
        shown("decrease-array", own([0, 0], [2, 0])),
        "before=0,0 invalidations>=1,0 # invalidations=2,0"
    );
    assert_eq!(
        shown("by-dom0-remove", foreign([1, 1], [1, 1, 1, 0])),
        "before=0,0 each=1,1;1,1;1,1;0,0 # invalidations=1,1 each=1,1;1,1;1,1;0,0"
    );
    assert_eq!(
        shown("by-dom0-decrease", foreign([0, 0], [2; 4])),
        "before=0,0 each>=1,1 # invalidations=0,0 each=2,2"
    );
}
