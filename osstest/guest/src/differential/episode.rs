// SPDX-License-Identifier: GPL-2.0-only

//! The course of an episode, from vCPU to vCPU.

use super::{
    baton,
    comparable::Rule,
    plan::{OPS, Op, Plan},
    records::{self, RECORDS},
    world::WORLD,
};
use crate::{
    battery::{dom0::Dom0, error::Error},
    low::{hypercall::version, kept::Kept},
    protocol::VCPUS,
};
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Something that a vCPU does.
#[derive(Clone, Copy)]
struct Step {
    vcpu: usize,
    /// The operation, and its place in the plan.
    op: Op,
    place: usize,
    /// The operation is over, and the vCPU closes it.
    closes: bool,
}

/// As many as there can be.
const STEPS: usize = RECORDS + OPS * VCPUS;

/// What is to be done, in order: for the vCPU with the baton.
static STEP: [Kept<Option<Step>>; STEPS] = [const { Kept::new(None) }; STEPS];
static LEN: AtomicUsize = AtomicUsize::new(0);
static NEXT: AtomicUsize = AtomicUsize::new(0);

fn put(step: Step) {
    let n = LEN.load(Relaxed);
    STEP[n].set(Some(step));
    LEN.store(n + 1, Relaxed);
}

/// An operation, and what it has every vCPU do: its own comes last, as it mostly
/// has the next operation as well.
fn put_operation(place: usize, op: Op) {
    let step = Step {
        vcpu: op.vcpu,
        op,
        place,
        closes: false,
    };
    put(step);
    if Rule::closes(op.operation()) {
        for after in 1..=VCPUS {
            put(Step {
                vcpu: (op.vcpu + after) % VCPUS,
                closes: true,
                ..step
            });
        }
    }
}

/// Performs the operations of the plan that the mask has, and then one on each vCPU
/// that finds which invalidations are still pending. On vCPU 0.
pub(super) fn perform_all(dom0: &Dom0, plan: &Plan, mask: u128) -> Result<(), Error> {
    WORLD.reset(dom0)?;
    WORLD.configure(dom0, plan.registered, plan.enabled)?;
    LEN.store(0, Relaxed);
    NEXT.store(0, Relaxed);
    for (n, op) in plan.ops.iter().enumerate() {
        if (mask >> n) & 1 != 0 {
            put_operation(n, *op);
        }
    }
    for vcpu in 0..VCPUS {
        put_operation(OPS + vcpu, Op::last(vcpu));
    }
    records::begin();
    while !turn(0, dom0)? {
        baton::wait(0);
    }
    Ok(())
}

/// Performs operations as long as they are this vCPU's, then passes the baton
/// on: at the end to vCPU 0. Whether this was the end.
pub(super) fn turn(vcpu: usize, dom0: &Dom0) -> Result<bool, Error> {
    loop {
        let n = NEXT.load(Relaxed);
        if n == LEN.load(Relaxed) {
            if vcpu != 0 {
                baton::pass(0)?;
            }
            return Ok(true);
        }
        let step = STEP[n].get().expect("put there");
        if step.vcpu != vcpu {
            baton::pass(step.vcpu)?;
            return Ok(false);
        }
        let Step { place, op, .. } = step;
        match step.closes {
            false => records::record(place, op, |op| {
                op.operation().perform(&op.operands(), &WORLD, dom0)
            }),
            true => records::close(place, vcpu, version::null),
        }
        NEXT.store(n + 1, Relaxed);
    }
}
