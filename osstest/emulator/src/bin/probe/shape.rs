// SPDX-License-Identifier: GPL-2.0-only

//! The ways in which a guest gives pages away, and has them back.

use emulator::{
    Gfn,
    low::{
        guest::{Pages, SUPERPAGE},
        privcmd::{Domain, Xen},
    },
};
use rustix::thread::{CpuSet, sched_setaffinity};
use std::{io, thread};

/// One of them.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    /// Whether the pages no longer belong to the guest then. Those that are removed from
    /// their place, or replaced, do until it ends.
    pub(crate) frees: bool,
    pub(crate) allocate: fn() -> io::Result<Pages>,
    /// From which page on they are given away.
    pub(crate) from: usize,
    /// Gives the pages away.
    pub(crate) give: fn(&Xen, &[Gfn]) -> io::Result<()>,
    /// Gets new ones in their place.
    pub(crate) back: fn(&Xen, &[Gfn]) -> io::Result<()>,
}

/// As many as one hypercall does not remove without being preempted, and as the device
/// can have in one transfer.
const MANY: usize = 500;

/// All of them.
pub(crate) const SHAPES: &[Shape] = &[
    Shape {
        name: "page",
        frees: true,
        allocate: || Pages::allocate(1),
        from: 0,
        give: |xen, gfns| xen.decrease(Domain::Own, gfns, 0),
        back: |xen, gfns| xen.populate(gfns, 0),
    },
    Shape {
        name: "list",
        frees: true,
        allocate: || Pages::allocate(MANY),
        from: 0,
        give: |xen, gfns| xen.decrease(Domain::Own, gfns, 0),
        back: |xen, gfns| xen.populate(gfns, 0),
    },
    Shape {
        name: "superpage",
        frees: true,
        allocate: Pages::allocate_superpage,
        from: 0,
        give: |xen, gfns| xen.decrease(Domain::Own, &gfns[..1], 9),
        back: |xen, gfns| xen.populate(&gfns[..1], 9),
    },
    Shape {
        name: "part-of-superpage",
        frees: true,
        allocate: Pages::allocate_superpage,
        from: SUPERPAGE / 2,
        give: |xen, gfns| xen.decrease(Domain::Own, gfns, 0),
        back: |xen, gfns| xen.populate(gfns, 0),
    },
    Shape {
        name: "remove",
        frees: false,
        allocate: || Pages::allocate(4),
        from: 0,
        give: |xen, gfns| gfns.iter().try_for_each(|&gfn| xen.remove(gfn)),
        back: |xen, gfns| xen.populate(gfns, 0),
    },
    Shape {
        name: "replace",
        frees: false,
        allocate: || Pages::allocate(4),
        from: 0,
        give: |xen, gfns| xen.populate(gfns, 0),
        back: |_, _| Ok(()),
    },
    Shape {
        name: "every-vcpu",
        frees: true,
        allocate: || Pages::allocate(64),
        from: 0,
        give: every_vcpu,
        back: |xen, gfns| xen.populate(gfns, 0),
    },
];

/// Each vCPU gives some of them away, a page at a time, while the others do.
fn every_vcpu(xen: &Xen, gfns: &[Gfn]) -> io::Result<()> {
    let vcpus = thread::available_parallelism()?.get();
    let share = gfns.len().div_ceil(vcpus);
    thread::scope(|scope| {
        let threads: Vec<_> = gfns
            .chunks(share)
            .enumerate()
            .map(|(vcpu, gfns)| {
                scope.spawn(move || {
                    only_on(vcpu)?;
                    gfns.iter()
                        .try_for_each(|&gfn| xen.decrease(Domain::Own, &[gfn], 0))
                })
            })
            .collect();
        threads
            .into_iter()
            .try_for_each(|thread| thread.join().expect("it does not panic"))
    })
}

/// Has this thread run on that vCPU.
pub(crate) fn only_on(vcpu: usize) -> io::Result<()> {
    let mut here = CpuSet::new();
    here.set(vcpu);
    Ok(sched_setaffinity(None, &here)?)
}
