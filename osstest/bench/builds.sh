# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# The builds of Xen that the benchmark compares, and where they are. A script that
# sources this sets repo and has called read_runvars.
#
#   component  the patched tree with the component
#   upstream   upstream's tree as it is
#   n          the patched tree with IOREQ_SERVER=n, and so without what servers cost

rv[hypervisor]=upstream
declare -A built=([upstream]=$(xen_dir)) tree=([upstream]=$(xen_tree))
rv[hypervisor]=component
built[component]=$(xen_dir) tree[component]=$(xen_tree)
built[n]=${built[component]} tree[n]=${tree[component]}
builds=(n upstream component)

# A file for each build: what is booted, and lines BENCH.
kernels=$repo/.build/bench/$(xen_name)/kernels
sizes=$repo/.build/bench/$(xen_name)/sizes
times=$repo/.build/bench/$(xen_name)/times

for build in upstream component; do
    [[ -f ${built[$build]}/xen-syms && -f ${tree[$build]}/xen/Makefile ]] ||
        die 'Something to compare is missing.' "no ${built[$build]}/xen-syms, or no ${tree[$build]}" \
            'Xen with the component, and without it' "osstest/ts-xen-build $jobdir; osstest/ts-xen-build $jobdir hypervisor=upstream"
done
