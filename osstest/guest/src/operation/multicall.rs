// SPDX-License-Identifier: GPL-2.0-only

//! Several calls in one hypercall.

#[cfg(target_os = "none")]
use super::outcome::Outcome;
use super::{OPERATIONS, Operation, Pages, Sends, operands::MOST};
#[cfg(target_os = "none")]
use crate::low::hypercall::multicall::{Call, multicall};

pub(super) const MULTICALL: Operation = Operation {
    name: "multicall",
    share: 60,
    sends: Sends::OwnParts,
    show: Some(|operands, f| {
        let calls = operands.pages.iter().zip(operands.calls);
        calls
            .take(operands.count)
            .try_for_each(|(page, call)| write!(f, " {}:{page}", OPERATIONS[call].name))
    }),
    // The first calls of them are made, the others are hypercalls that do nothing.
    #[cfg(target_os = "none")]
    perform: Some(|operands, world, _| {
        let gfns = operands.pages.map(|page| world.page(page));
        let calls: [Call; MOST] = core::array::from_fn(|n| match n < operands.count {
            true => (OPERATIONS[operands.calls[n]].call)(gfns[n]),
            false => Call::Null,
        });
        match multicall(&calls) {
            Err(why) => Outcome::of(&[Err(why)]),
            // The version that a call which does nothing returns is Xen's.
            Ok(results) => Outcome::of(&core::array::from_fn::<_, MOST, _>(|n| {
                Ok(if calls[n] == Call::Null {
                    0
                } else {
                    results[n] as u64
                })
            })),
        }
    }),
    removes: Some(Pages::Some),
    most: MOST,
    keeps: false,
    // Each by a call of its own.
    #[cfg(target_os = "none")]
    remove: |_, pages| {
        let call = |n| {
            pages
                .get(n)
                .map_or(Call::Null, |&page| Call::Decrease(page))
        };
        let calls: [Call; MOST] = core::array::from_fn(call);
        let results = multicall(&calls)?;
        let done = results
            .iter()
            .zip(pages)
            .filter(|&(&result, _)| result == 1);
        Ok(done.count() as u64)
    },
    ..Operation::USUAL
};
