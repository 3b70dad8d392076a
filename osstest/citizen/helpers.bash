# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154  # bats sets status and output
#
# What the cases share. They work in the folder that ts-citizen has made:
#
#   source/    a spliced tree, clean
#   plain/     what was built of it out of tree, as it is by default
#   no-rust/   a link to every command of this machine but rustc and cargo
#   no-cargo/  a link to every command of this machine but cargo
#   core/      the metadata of core that all builds share
#   bin/       the C compiler, by way of ccache
#   build.N/   what case N builds
#   tree.N/    a source that case N builds in
#   own.N/     a source that case N changes, and what it builds of it

setup() {
    lab=${XEN_RS_CITIZEN:?these cases are run by osstest/ts-citizen}
    arch=$CITIZEN_ARCH cross=$CITIZEN_CROSS
    o=$lab/build.$BATS_SUITE_TEST_NUMBER
    export XEN_RUST_CORE=$lab/core PATH=$lab/bin:$PATH
}

# The usual options, and those given as NAME=VALUE, of which a line may have none.
configure() {
    mkdir -p "$o"
    printf 'CONFIG_%s\n' EXPERT=y UNSUPPORTED=y IOREQ_SERVER=y MAPCACHE_RUST=y "$@" >"$o/.config"
    xen olddefconfig
    local option
    for option in "$@"; do
        grep -qxF "CONFIG_$option" "$o/.config" ||
            skip "this Xen has no CONFIG_$option for $arch"
    done
    grep -qxF CONFIG_MAPCACHE_RUST=y "$o/.config"
}

# xen [ARGUMENT…]: make on the source, out of tree.
xen() {
    make -C "$lab/source/xen" "O=$o" "-j$(nproc)" "XEN_TARGET_ARCH=$arch" "CROSS_COMPILE=$cross" "$@" 3>&-
}

# build [NAME=VALUE…] [-- ARGUMENT…]: a hypervisor with these options, made with
# these arguments of make.
build() {
    local options=()
    while (($#)) && [[ $1 != -- ]]; do
        options+=("$1")
        shift
    done
    shift || true
    configure "${options[@]}"
    xen "$@"
    has_component "$o/xen-syms"
}

# How many functions the header declares.
exports() { grep -cE '^(bool|void) xen_rs_' "$lab/source/xen/rust/ffi/include/xen_rs.h"; }

# has_component FILE: they are all there.
has_component() { [[ $("${cross}nm" "$1" | grep -c ' T xen_rs_') == "$(exports)" ]]; }

component=rust/cbits/xen-rs.o

sections() { "${cross}objdump" -h "${1-$o/$component}" | awk '$1 ~ /^[0-9]+$/ { print $2 }'; }
code() { "${cross}objdump" -d "${1-$o/$component}"; }
undefined() { "${cross}nm" -u "${1-$o/$component}" | awk '{ print $NF }' | sort | paste -sd' '; }

# The component is the one of the plain build, instruction for instruction.
as_plain() { diff <(code "$lab/plain/$component" | tail -n +4) <(code | tail -n +4); }

# lacks PATTERN [FILE]: as grep, and to find something is the failure.
lacks() { if grep -E "$@"; then return 1; fi; }

says() { [[ $output == *"$1"* ]] || { printf 'It should say: %s\n--- it said:\n%s\n' "$1" "$output"; return 1; }; }
says_not() { [[ $output != *"$1"* ]] || { printf 'It should not say: %s\n--- it said:\n%s\n' "$1" "$output"; return 1; }; }

# A tree of its own, to build in or to change.
own_tree() {
    tree=$lab/tree.$BATS_SUITE_TEST_NUMBER
    cp -a "$lab/source" "$tree"
}
# A source of its own, to change and to build out of tree.
own_source() {
    local own=$lab/own.$BATS_SUITE_TEST_NUMBER
    mkdir "$own"
    cp -a "$lab/source" "$own"
    cp -a "$lab/plain" "$own/build"
    lab=$own o=$own/build
}
in_tree() {
    make -C "$tree/xen" "-j$(nproc)" "XEN_TARGET_ARCH=$arch" "CROSS_COMPILE=$cross" "$@" 3>&-
}
