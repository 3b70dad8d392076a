// SPDX-License-Identifier: GPL-2.0-only

//! The course of an episode, from vCPU to vCPU.

use super::{
    baton,
    perform::perform,
    plan::{OPS, Op, Plan},
    records::{self, Line, RECORDS},
    world::WORLD,
};
use crate::{
    battery::{dom0::Dom0, trouble::Trouble},
    protocol::VCPUS,
};
use core::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};

/// What is to be done, as numbers, in order, and the place of each in the plan.
static OP: [AtomicU64; RECORDS] = [const { AtomicU64::new(0) }; RECORDS];
static PLACE: [AtomicUsize; RECORDS] = [const { AtomicUsize::new(0) }; RECORDS];
static LEN: AtomicUsize = AtomicUsize::new(0);
static NEXT: AtomicUsize = AtomicUsize::new(0);

fn put(place: usize, op: Op) {
    let n = LEN.load(Relaxed);
    OP[n].store(op.encode(), Relaxed);
    PLACE[n].store(place, Relaxed);
    LEN.store(n + 1, Relaxed);
}

fn get(n: usize) -> (usize, Op) {
    let op = Op::decode(OP[n].load(Relaxed)).expect("put there");
    (PLACE[n].load(Relaxed), op)
}

/// Performs the operations of the plan that the mask has, and one on each vCPU
/// that finds what is left to be told. On vCPU 0.
pub(super) fn perform_all(dom0: &Dom0, plan: &Plan, mask: u128) -> Result<(), Trouble> {
    WORLD.reset(dom0)?;
    WORLD.configure(dom0, plan.registered, plan.enabled)?;
    LEN.store(0, Relaxed);
    NEXT.store(0, Relaxed);
    for (n, op) in plan.ops.iter().enumerate() {
        if (mask >> n) & 1 != 0 {
            put(n, *op);
        }
    }
    for vcpu in 0..VCPUS {
        put(OPS + vcpu, Op::last(vcpu));
    }
    records::begin();
    while !turn(0, dom0)? {
        baton::wait(0);
    }
    Ok(())
}

/// Performs operations as long as they are this vCPU's, then passes the baton
/// on: at the end to vCPU 0, which is told so.
pub(super) fn turn(vcpu: usize, dom0: &Dom0) -> Result<bool, Trouble> {
    loop {
        let n = NEXT.load(Relaxed);
        if n == LEN.load(Relaxed) {
            if vcpu != 0 {
                baton::pass(0)?;
            }
            return Ok(true);
        }
        let (place, op) = get(n);
        if op.vcpu != vcpu {
            baton::pass(op.vcpu)?;
            return Ok(false);
        }
        records::record(place, op, |op| perform(op, dom0));
        NEXT.store(n + 1, Relaxed);
    }
}

/// What came of them.
pub(super) fn lines() -> impl Iterator<Item = (Op, Line)> {
    (0..LEN.load(Relaxed)).map(|n| {
        let (place, op) = get(n);
        (op, Line::of(place, op))
    })
}
