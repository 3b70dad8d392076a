# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# The builds of Xen that the benchmark compares, and what is known of them without
# running them. The one that sources this sets repo and has called read_runvars.
#
#   ours      with the component
#   upstream  as it is upstream
#   n         the patched tree without ioreq servers, and so without what they cost

rv[hypervisor]=upstream
declare -A built=([upstream]=$(xen_dir)) tree=([upstream]=$(xen_tree))
rv[hypervisor]=component
built[ours]=$(xen_dir) tree[ours]=$(xen_tree)
built[n]=${built[ours]} tree[n]=${tree[ours]}
builds=(n upstream ours)

# A file for each build: what is booted, and lines BENCH.
kernels=$repo/.build/bench/$(xen_name)/kernels
sizes=$repo/.build/bench/$(xen_name)/sizes
times=$repo/.build/bench/$(xen_name)/times

for build in upstream ours; do
    [[ -f ${built[$build]}/xen-syms && -f ${tree[$build]}/xen/Makefile ]] ||
        die 'Something to compare is missing.' "no ${built[$build]}/xen-syms, or no ${tree[$build]}" \
            "upstream's Xen and ours" "osstest/ts-xen-build $jobdir; osstest/ts-xen-build $jobdir hypervisor=upstream"
done
