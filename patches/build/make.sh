# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# Calling Xen's makefiles.

# Xen bakes in when, where and by whom it was built; a build says nothing of
# that, so that it can be reproduced. Before 4.20 Xen does not look at
# SOURCE_DATE_EPOCH.
# shellcheck disable=SC2120
make_xen() {
    with_environment SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" \
        XEN_WHOAMI=xen-rs XEN_DOMAIN=localdomain XEN_BUILD_HOST=localhost \
        XEN_BUILD_DATE="$(date -u -d "@$SOURCE_DATE_EPOCH")" \
        XEN_BUILD_TIME="$(date -u -d "@$SOURCE_DATE_EPOCH" +%T)" \
        make -C "$tree/xen" -j"$jobs" XEN_TARGET_ARCH="$arch" "${make_compiler[@]}" "$@"
}

# A build that ended by itself, or was interrupted, leaves what the next one goes
# on from. One that was killed, or lost its power, may leave half an object.
build() {
    if [[ -e $tree/.building ]]; then
        step "Cleaning what a build that was killed has left"
        make_xen clean || true
    fi
    touch -- "$tree/.building"
    building=$tree/.building
    step "Building Xen $line for $arch with $jobs jobs${upstream:+, without the component}"
    # shellcheck disable=SC2119
    make_xen ||
        die "$EX_BUILD" 'Xen does not build.' \
            "$(grep -E -A6 '^(error|warning: unused)|: error:|: fatal error:|undefined reference|\*\*\*' "$log" |
                head -n 20 | cut -c1-160)" \
            'a hypervisor' "The whole log is $log. If it is not the source that is wrong, clean what
is kept with rm -r '$tree' and run again."
    # make brings it up to date.
    cp -- "$tree/xen/.config" "$tree/.config-made"
}
