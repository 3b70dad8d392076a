// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::operation::operands::{MOST, PAGES};

#[test]
fn the_first_of_the_list_does_nothing() {
    assert_eq!(OPERATIONS[NULL].name, "null");
}

#[test]
fn an_episode_is_a_function_of_seed_and_number() {
    assert_eq!(Plan::new(1, 2).ops, Plan::new(1, 2).ops);
    assert_ne!(Plan::new(1, 2).ops, Plan::new(1, 3).ops);
    assert_ne!(Plan::new(1, 2).ops, Plan::new(2, 2).ops);
}

#[test]
fn everything_comes() {
    let mut seen = [0; OPERATIONS.len()];
    let mut vcpus = [0; VCPUS];
    let mut called = [false; OPERATIONS.len()];
    for op in (0..200).flat_map(|episode| Plan::new(1, episode).ops) {
        seen[op.kind] += 1;
        vcpus[op.vcpu] += 1;
        let Operands {
            count,
            pages,
            calls,
            ..
        } = op.operands();
        calls.iter().for_each(|&call| called[call] = true);
        assert!((2..=MOST).contains(&count));
        assert!(pages.iter().all(|&page| page < PAGES));
    }
    for (n, operation) in OPERATIONS.iter().enumerate() {
        let name = operation.name;
        assert!(seen[n] > 10, "{name} came {} times", seen[n]);
        assert_eq!(called[n], operation.call_share != 0, "{name}");
    }
    assert!(vcpus.iter().all(|&times| times > 1000));
}

/// A change of the generator changes what every seed means: on purpose only. So does
/// one of the list of operations, which is none of this test's business.
#[test]
fn the_sequence_is_what_it_was() {
    let ops = &Plan::new(1, 0).ops[..3];
    let about = ops.iter().map(|op| {
        let Operands {
            count,
            pages,
            server,
            value,
            ..
        } = op.operands();
        (op.vcpu, count, pages, server, value)
    });
    assert_eq!(
        about.collect::<Vec<_>>(),
        [
            (2, 2, [3, 1, 4, 4, 10, 6], 1, 225_514_227),
            (0, 6, [13, 9, 14, 5, 13, 0], 1, 2_927_303_327),
            (0, 5, [11, 2, 13, 1, 1, 9], 1, 2_920_549_532),
        ]
    );
}
