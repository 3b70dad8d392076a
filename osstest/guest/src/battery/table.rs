// SPDX-License-Identifier: GPL-2.0-only

//! The battery.

use super::{
    fixture::{Counted, Fixture, Servers},
    foreign, grants, memory, mmio, physmap, race,
    removals::{self, Over},
    servers::{self, NONE, ONE, ONE_DISABLED, TWO, TWO_ONE_DISABLED},
    team::ROUNDS,
};
use crate::{operation::Operation, protocol::VCPUS, report::Want};
use core::fmt;

/// A test.
#[derive(Clone, Copy)]
pub(super) struct Test {
    /// What it is about, in two parts.
    pub(super) name: [&'static str; 2],
    /// The servers that it wants.
    pub(super) servers: Servers,
    /// What it must count.
    pub(super) want: Want,
    /// What to perform.
    pub(super) run: Run,
}

/// What to perform.
#[derive(Clone, Copy)]
pub(super) enum Run {
    /// A test of its own.
    Test(fn(&mut Fixture) -> Counted),
    /// A removal, of what there is.
    Removal(&'static Operation, Over),
}

impl Test {
    /// Performs it.
    pub(super) fn perform(&self, fixture: &mut Fixture) -> Counted {
        match self.run {
            Run::Test(run) => run(fixture),
            Run::Removal(removal, over) => removals::perform(fixture, removal, over),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.name.iter().try_for_each(|part| f.write_str(part))
    }
}

const fn test<const N: usize>(
    name: &'static str,
    servers: Servers,
    want: [u64; N],
    run: fn(&mut Fixture) -> Counted,
) -> Test {
    Test {
        name: [name, ""],
        servers,
        want: Want::exactly(want),
        run: Run::Test(run),
    }
}

/// For hypercalls of several extents, which Xen may preempt between them: each
/// continuation that has removed something may send an invalidation.
const fn at_least_one(
    name: &'static str,
    servers: Servers,
    run: fn(&mut Fixture) -> Counted,
) -> Test {
    Test {
        want: Want::AtLeast(1),
        ..test(name, servers, [], run)
    }
}

/// All tests, in order.
pub(super) fn tests() -> impl Iterator<Item = Test> + Clone {
    TESTS.iter().copied().chain(removals::tests())
}

/// Those which are not just a removal.
#[rustfmt::skip]
const TESTS: &[Test] = &[
    test("no-server/decrease-reservation", NONE, [0], servers::page),
    test("no-server/registered-later", NONE, [0, 0, 0, 0], servers::none_then_one),
    test("disabled-server/decrease-reservation", ONE_DISABLED, [0], servers::page),

    test("null-hypercall", ONE, [0], memory::null_hypercall),
    test("mmio/read-and-write", ONE, [0], mmio::read_and_write),
    test("decrease-reservation/first-page-of-superpage", ONE, [1], memory::first_page),
    test("decrease-reservation/next-page-of-superpage", ONE, [1], memory::next_page),
    at_least_one("decrease-reservation/64-pages", ONE, memory::pages_64),
    at_least_one("decrease-reservation/512-pages", ONE, memory::pages_512),
    test("decrease-reservation/order-9-superpage", ONE, [1], memory::superpage),
    test("decrease-reservation/order-9-table", ONE, [1], memory::table),
    test("decrease-reservation/order-9-unpopulated", ONE, [0], memory::unpopulated_superpage),
    test("decrease-reservation/order-9-one-unpopulated", ONE, [1], memory::one_unpopulated),
    test("populate-physmap/order-9-into-unpopulated", ONE, [0], memory::superpage_into_unpopulated),
    test("populate-physmap/order-9-over-table", ONE, [1], memory::superpage_over_table),

    test("remove-from-physmap/unpopulated", ONE, [0], physmap::remove_unpopulated),
    test("remove-from-physmap/shared-info", ONE, [1], physmap::remove_shared_info),
    test("remove-from-physmap/grant-table", ONE, [1], physmap::remove_grant_table),
    test("multicall/remove-from-physmap", ONE, [1], physmap::multicall),

    test("grant/unmap", ONE, [0], grants::unmap_grant),
    test("grant/replaced-by-ram", ONE, [0], grants::ram_over_grant),
    test("foreign-mapping/remove", ONE, [0], grants::remove_foreign),
    test("foreign-mapping/removed-by-dom0", ONE, [0, 0, 0, 0], grants::removed_foreign),

    test("mmio/between-invalidations", ONE, [4], mmio::between_invalidations),
    test("by-dom0/remove-from-physmap", ONE, [1, 1, 1, 1], foreign::remove),
    test("by-dom0/then-not-again", ONE, [0, 0, 0, 0], foreign::then_not_again),
    test("by-dom0/unpopulated", ONE, [0, 0, 0, 0], foreign::unpopulated),
    test("by-dom0/during-mmio", ONE, [1], foreign::during_mmio),
    test("by-dom0/during-invalidation", ONE, [2], foreign::during_invalidation),

    test("vcpus/late-completion", ONE, [1], race::late_completion),
    test("vcpus/all-at-once", ONE, [ROUNDS as u64; VCPUS], race::all_at_once),

    test("two-servers/decrease-reservation", TWO, [1, 1], servers::page_by_server),
    test("two-servers/mmio", TWO, [0], mmio::second_server),
    test("two-servers/every-vcpu", TWO, [2, 2, 2, 2], race::page_each),
    test("two-servers/one-disabled", TWO_ONE_DISABLED, [1, 0], servers::page_by_server),
    test("no-server/again", NONE, [0], servers::page),
];
