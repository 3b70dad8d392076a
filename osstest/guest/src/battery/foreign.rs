// SPDX-License-Identifier: GPL-2.0-only

//! Tests of removals by another domain: ioreq_request_mapcache_invalidate()
//! flags every vCPU, and each sends its own notice when it next leaves Xen for
//! the guest from a trap. That is at the latest after its next hypercall.

use super::{
    bench::{Bench, Told},
    memory::decrease,
    race::held,
    team::Work,
    trouble::Trouble,
};
use crate::protocol::Request;

/// Pages of a removal of several.
const EXTENTS: u64 = 16;

fn removal(bench: &mut Bench) -> Request {
    Request::Remove(bench.arena.page().number())
}

pub(super) fn remove(bench: &mut Bench) -> Told {
    let remove = removal(bench);
    bench.told_every_vcpu(|| bench.dom0.ask(remove).map(drop))
}

/// Each vCPU has sent its notice, and only that one.
pub(super) fn then_not_again(bench: &mut Bench) -> Told {
    remove(bench)?;
    bench.told_every_vcpu(|| Ok(()))
}

/// Removals that no vCPU can notice between them are one notice.
pub(super) fn while_paused(bench: &mut Bench) -> Told {
    let first = bench.arena.superpage().page(0).number();
    let remove = Request::RemovePaused {
        first,
        count: EXTENTS,
    };
    bench.told_every_vcpu(|| bench.dom0.ask(remove).map(drop))
}

pub(super) fn decrease_by_dom0(bench: &mut Bench) -> Told {
    let superpage = bench.arena.superpage();
    let decrease = Request::Decrease {
        first: superpage.page(0).number(),
        count: EXTENTS,
    };
    bench.told_every_vcpu(|| match bench.dom0.ask(decrease)? {
        EXTENTS => Ok(()),
        got => Err(Trouble::Value {
            of: "the number of extents",
            got,
            want: EXTENTS,
        }),
    })
}

/// Nothing is there: nothing is told.
pub(super) fn hole(bench: &mut Bench) -> Told {
    let page = bench.arena.page();
    decrease(&[page])?;
    bench.told_every_vcpu(|| match bench.dom0.ask(Request::Remove(page.number())) {
        Ok(_) => Err(Trouble::Succeeded),
        Err(Trouble::Dom0(_)) => Ok(()),
        Err(trouble) => Err(trouble),
    })
}

/// A vCPU is flagged while it waits for the emulator's answer to an access:
/// vcpu_ioreq_handle_completion() sends, and lets the vCPU go on only when
/// that is answered as well.
pub(super) fn during_mmio(bench: &mut Bench) -> Told {
    let page = bench.arena.page().number();
    bench.dom0.ask(Request::RemoveDuringNext(page))?;
    held(bench, 1, Work::ReadRegister, |_| Ok(()))
}

/// A vCPU is flagged while it waits for the acknowledgement of its own removal:
/// that was for the mapping before, so that another one follows.
pub(super) fn during_invalidation(bench: &mut Bench) -> Told {
    let [own, other] = bench.arena.pages();
    held(bench, 1, Work::Decrease(own), |bench| {
        bench.dom0.ask(Request::Remove(other.number())).map(drop)
    })
}
