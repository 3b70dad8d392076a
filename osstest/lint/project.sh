# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2016,SC2154  # quoted are sed's and Markdown's $ and `
#
# The linters of this project: is each `unsafe` explained, and do the requirements name
# tests that exist? Part of ts-lint, which sources it.

lint soundness "$venv/bin/python" osstest/lint/soundness.py
lint traced "$venv/bin/python" osstest/lint/traced.py

# with_edit LINTER FILE EXPRESSION: what the linter says of a copy of the project in
# which sed has done that to FILE.
with_edit() {
    local copy=$mistakes
    rm -rf -- "$copy"
    mkdir -p "$copy/osstest"
    copy_project "$copy"
    cp -r osstest/citizen osstest/recipes osstest/ts-* "$copy/osstest/"
    sed -i "$3" "$copy/$2"
    ! cmp -s "$2" "$copy/$2" || { echo "The mistake is not in $2."; return; }
    "$venv/bin/python" "osstest/lint/$1.py" "$copy"
}

must_detect 'soundness-detects unsafe code that the page has not' \
    'xen.rs more has unsafe: 1 block; xen-rs/SOUNDNESS.md has: nothing' \
    with_edit soundness xen-rs/src/xen.rs '$a fn more() -> i64 {\n    unsafe { ffi::get_s_time() }\n}'
must_detect 'soundness-detects a row for what is not there' \
    'xen.rs nobody has unsafe: nothing; xen-rs/SOUNDNESS.md has: 1 block' \
    with_edit soundness xen-rs/SOUNDNESS.md '/`now`/a | `xen.rs` `nobody` | 1 block | callable |'
must_detect 'soundness-detects what is no promise' 'rests on hope, which is no promise' \
    with_edit soundness xen-rs/SOUNDNESS.md '/`now`/s/callable/hope/'
must_detect 'soundness-detects C that touches what only its vCPU may' \
    'cbits/missed.c has mapcache_since' \
    with_edit soundness cbits/missed.c 's/missed_invalidation = true/mapcache_since = 0/'
requirements=xen-rs/requirements
must_detect 'traced-detects a test that is not there' 'names host/no_removal_is_found, which is no test' \
    with_edit traced $requirements/design-reqs/mapcache-invalidation.rst \
    's,host/a_domain_that_is_gone.*,host/no_removal_is_found`,'
must_detect 'traced-detects a test that went away' 'names protocol/decrease-once/deferred, which is no test' \
    with_edit traced osstest/guest/src/scenario/cases/decrease_once.rs 's,^\(//! boot decrease-once/\)deferred:,\1later:,'
must_detect 'traced-detects a requirement without a test' 'XenProd~mapcache_hostile~1 names no test' \
    with_edit traced $requirements/product-reqs/mapcache-invalidation.rst '/fuzz.fuzz/d'
must_detect 'traced-detects a requirement that nothing covers' 'XenProd~mapcache_after_resume~1 is covered by none' \
    with_edit traced $requirements/design-reqs/mapcache-invalidation.rst 's/mapcache_after_resume~1/mapcache_no_spurious~1/'
