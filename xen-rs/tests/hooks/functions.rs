// SPDX-License-Identifier: GPL-2.0-only

//! The functions of Xen that the component calls. Each thread, and so each test,
//! has a Xen of its own.

use std::cell::RefCell;
use std::ptr;

use crate::machine::Guest;

/// What a test sets and looks at.
#[derive(Default)]
pub(crate) struct Xen {
    pub(crate) now: i64,
    pub(crate) paused: bool,
    pub(crate) shutting_down: bool,
    pub(crate) broadcasts: usize,
    pub(crate) kicked: Vec<*mut ffi::vcpu>,
    pub(crate) locked: usize,
    pub(crate) unlocked: usize,
    pub(crate) in_multicall: bool,
    pub(crate) foreign_removals: usize,
    domains: Vec<(u16, *mut ffi::domain)>,
}

thread_local! {
    static XEN: RefCell<Xen> = RefCell::default();
}

impl Xen {
    pub(crate) fn get<R>(look: impl FnOnce(&Self) -> R) -> R {
        XEN.with_borrow(look)
    }

    pub(crate) fn set<R>(change: impl FnOnce(&mut Self) -> R) -> R {
        XEN.with_borrow_mut(change)
    }

    /// There are these domains and no others.
    pub(crate) fn domains(domains: &[&Guest]) {
        let known = domains.iter().map(|d| (d.id(), d.ptr())).collect();
        Self::set(|xen| xen.domains = known);
    }
}

#[allow(non_upper_case_globals, reason = "C's name")]
#[unsafe(no_mangle)]
static mapcache_defer_limit: i64 = crate::LIMIT;

#[unsafe(no_mangle)]
extern "C" fn ioreq_signal_mapcache_invalidate() -> bool {
    Xen::set(|xen| {
        xen.broadcasts += usize::from(!xen.shutting_down);
        !xen.shutting_down
    })
}

#[unsafe(no_mangle)]
extern "C" fn vcpu_kick(v: *mut ffi::vcpu) {
    Xen::set(|xen| xen.kicked.push(v));
}

#[unsafe(no_mangle)]
extern "C" fn get_s_time() -> i64 {
    Xen::get(|xen| xen.now)
}

#[unsafe(no_mangle)]
extern "C" fn rcu_lock_domain_by_id(dom: u16) -> *mut ffi::domain {
    Xen::set(|xen| {
        let known = xen.domains.iter().find(|(id, _)| *id == dom);
        let d = known.map_or(ptr::null_mut(), |(_, d)| *d);
        xen.locked += usize::from(!d.is_null());
        d
    })
}

#[unsafe(no_mangle)]
extern "C" fn rust_helper_rcu_unlock_domain(_: *mut ffi::domain) {
    Xen::set(|xen| xen.unlocked += 1);
}

#[unsafe(no_mangle)]
extern "C" fn mapcache_foreign_removal(_: *mut ffi::domain) {
    Xen::set(|xen| xen.foreign_removals += 1);
}

#[unsafe(no_mangle)]
extern "C" fn rust_helper_in_multicall(_: *const ffi::vcpu) -> bool {
    Xen::get(|xen| xen.in_multicall)
}

#[unsafe(no_mangle)]
extern "C" fn rust_helper_vcpu_runnable(_: *const ffi::vcpu) -> bool {
    Xen::get(|xen| !xen.paused)
}
