// SPDX-License-Identifier: GPL-2.0-only

//! Runs a model in all its interleavings, and counts them.

use std::panic::{self, AssertUnwindSafe};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use loom::model::Builder;

/// How much of a model is explored.
pub(crate) struct Extent {
    /// How often in one run a thread may be interrupted that could go on, or
    /// `None` for any number. `LOOM_MAX_PREEMPTIONS` overrides it.
    pub(crate) preemptions: Option<usize>,
    /// How many interleavings that gives, about. With fewer the model fails:
    /// threads that hardly meet prove nothing.
    pub(crate) at_least: usize,
}

/// Runs `model` in all its interleavings.
pub(crate) fn explore(name: &str, extent: &Extent, model: impl Fn() + Send + Sync + 'static) {
    let mut loom = Builder::new();
    loom.preemption_bound = loom.preemption_bound.or(extent.preemptions);
    // The environment may not end it early.
    loom.max_permutations = None;
    loom.max_duration = None;

    let count = Arc::new(AtomicUsize::new(0));
    let result = panic::catch_unwind(AssertUnwindSafe({
        let count = Arc::clone(&count);
        let loom = &loom;
        move || {
            loom.check(move || {
                count.fetch_add(1, Ordering::Relaxed);
                model();
            });
        }
    }));
    let count = count.load(Ordering::Relaxed);

    if let Err(panic) = result {
        println!("{name}: rejected in interleaving {count}");
        panic::resume_unwind(panic);
    }
    let bound = match loom.preemption_bound {
        Some(bound) => format!("preemption bound {bound}"),
        None => "no preemption bound".to_owned(),
    };
    println!("{name}: explored {count} interleavings ({bound})");
    assert!(
        count >= extent.at_least,
        "{name}: explored {count} interleavings, fewer than {}",
        extent.at_least
    );
}
