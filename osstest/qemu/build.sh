# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# QEMU, of Debian's source package, compiled with Xen for dom0. The one that sources this
# has sourced contents.sh and cached.sh of osstest/linux, and venv.sh, and sets building,
# the process to end with.

# What it is compiled against, and what shows where it died.
qemu_packages=(
    libglib2.0-dev libxen-dev libpixman-1-dev zlib1g-dev libfdt-dev libc6-dev elfutils
)
sysroot=$out/qemu-sysroot
tree=$out/qemu-tree
build=$out/qemu-build

# Whatever is not for Xen or for these devices is left out. A library may have been
# linked with what is not in the sysroot.
qemu_options=(
    --cross-prefix="$cross" --target-list=aarch64-softmmu --with-devices-aarch64=osstest
    --without-default-features --without-default-devices --enable-xen --enable-fdt=system
    --disable-tcg --disable-kvm --disable-tools --disable-docs --disable-install-blobs
    --disable-debug-info --disable-werror --disable-download
    --enable-trace-backends=log --with-coroutine=ucontext
    --extra-cflags="--sysroot=$sysroot"
    --extra-ldflags="--sysroot=$sysroot -Wl,--allow-shlib-undefined"
)

qemu_inputs() {
    printf '%s\n' "$suite $debian_arch" "${qemu_packages[@]}" "${qemu_options[@]}"
    sha256sum <"$here/qemu/devices.mak"
    sha256sum <"$here/qemu/requirements.txt"
    "${cross}gcc" --version | sed -n 1p
}

get_qemu_packages() {
    local names
    use_suite "$suite" "$debian_arch"
    mapfile -t names < <(with_dependencies "${qemu_packages[@]}")
    ((${#names[@]})) || exit 2
    say "Downloading what QEMU needs, of Debian $suite for $debian_arch"
    download "$1" "${names[@]}"
}

unpack_sysroot() {
    say 'Unpacking it'
    unpack "$1" "$out"/qemu-packages/*.deb
}

get_qemu_source() {
    use_suite "$suite" "$debian_arch" deb-src
    say "Downloading the source of QEMU, of Debian $suite"
    mkdir -p "$1"
    download_source "$1" qemu
}

# What apt has downloaded, it has verified.
unpack_qemu_source() {
    local sources=("$out"/qemu-source/*.dsc) why
    say "Unpacking $(basename -- "${sources[0]}" .dsc)"
    why=$(dpkg-source --no-check -x "${sources[0]}" "$1" 2>&1) ||
        die 'The source of QEMU cannot be unpacked.' "$(tail -n 4 <<<"$why")" "${sources[0]} and its files" \
            "Remove $out/qemu-source, and run it again."
    cp -- "$here/qemu/devices.mak" "$1/configs/devices/aarch64-softmmu/osstest.mak"
}

# for_build COMMAND…: with the tools and the libraries that QEMU is built with, in the
# folder where that is done. timeout gives it a process group of its own, and hands on
# what ends it.
for_build() (
    cd -- "$build" || exit
    export PKG_CONFIG=pkg-config PKG_CONFIG_SYSROOT_DIR=$sysroot PATH=$venv/bin:/usr/bin:$PATH
    export PKG_CONFIG_LIBDIR=$sysroot/usr/lib/$triplet/pkgconfig:$sysroot/usr/share/pkgconfig
    exec timeout 10h "$@" 7>&- </dev/null
)

# in_background COMMAND…: ends with this process, and with its status.
in_background() {
    local status=0
    "$@" &
    building=$!
    wait "$building" || status=$?
    building=''
    return "$status"
}

# configure_qemu STAMP: unless that was done for this stamp. What an interrupted one has
# left is of no use.
configure_qemu() {
    [[ $(cat "$build/configured" 2>/dev/null) != "$1" ]] || return 0
    rm -rf -- "$build"
    mkdir -p "$build"
    say 'Configuring QEMU'
    in_background for_build "$tree/configure" --python="$venv/bin/python" "${qemu_options[@]}" \
        >"$out/qemu-configure.log" 2>&1 ||
        die 'QEMU cannot be configured.' "$(grep . "$out/qemu-configure.log" | tail -n 4)" 'a build with Xen' \
            "See $out/qemu-configure.log."
    printf '%s\n' "$1" >"$build/configured"
}

# A line of ninja's in fifty.
sometimes() {
    local line
    while IFS= read -r line; do
        printf '%s\n' "$line" >&4
        [[ ! $line =~ ^\[([0-9]+)/([0-9]+)\] ]] || ((BASH_REMATCH[1] % 50)) ||
            say "  QEMU: ${BASH_REMATCH[1]} of ${BASH_REMATCH[2]}"
    done
}

compile_qemu() {
    local log=$out/qemu-ninja.log showing status=0
    say 'Compiling QEMU'
    exec 4>"$log" 3> >(sometimes)
    showing=$!
    in_background for_build "$venv/bin/ninja" -j "$(nproc)" qemu-system-aarch64 >&3 2>&1 || status=$?
    exec 3>&- 4>&-
    wait "$showing" || true
    ((status == 0)) ||
        die 'QEMU does not compile.' "$(grep -E -A4 'error:|^FAILED' "$log" | head -n 12)" 'qemu-system-aarch64' \
            "See $log."
}

# build_qemu FILE. What it takes is removed when it is there, but for what can be used
# as it is.
build_qemu() {
    need "${cross}gcc" "gcc-${cross%-}"
    need pkg-config pkg-config
    need dpkg-source dpkg-dev
    venv meson "$here/qemu/requirements.txt"
    cached qemu-source "$suite" get_qemu_source
    cached qemu-tree "$(cat "$out/.qemu-source.inputs" "$here/qemu/devices.mak")" unpack_qemu_source
    configure_qemu "$(qemu_inputs && cat "$out/.qemu-tree.inputs")"
    compile_qemu
    cp -- "$build/qemu-system-aarch64" "$1"
    rm -rf -- "$build" "$tree" "$out/.qemu-tree.inputs"
}
