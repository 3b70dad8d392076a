# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# A dom0 with QEMU, and a domU with drivers for its devices. The one that sources this
# has sourced osstest/linux/contents.sh, and build.sh.

qemu_modules=(tun)
# In the order in which they are loaded.
virtio_modules=(virtio_mmio virtio_blk failover net_failover virtio_net)

unpack_qemu_modules() {
    local only=()
    mapfile -t only < <(printf '*/%s.ko*\n' "${qemu_modules[@]}" "${virtio_modules[@]}")
    mkdir "$1"
    dpkg-deb --fsys-tarfile "$out"/packages/linux-image-*.deb | tar -C "$1" --wildcards -xf - "${only[@]}"
}

# with_libraries PROGRAM DIR: the libraries that it needs, into DIR, and what they need.
with_libraries() {
    local name
    while read -r name; do
        [[ ! -e $2/$name ]] || continue
        [[ -e $sysroot/usr/lib/$triplet/$name ]] ||
            die "${1##*/} cannot be run in dom0." "no $name" "it, in $sysroot" \
                'Name its package in osstest/qemu/build.sh.'
        cp -L -- "$sysroot/usr/lib/$triplet/$name" "$2/"
        with_libraries "$2/$name" "$2"
    done < <("${cross}readelf" -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
}

qemu_root_inputs() {
    root_inputs
    tar -C "$here/qemu" --sort=name --mtime=@0 --owner=0 --group=0 -cf - . | sha256sum
    sha256sum <"$out/qemu-system-aarch64"
}

make_qemu_dom0() {
    local root=$scratch/dom0 domu=$scratch/domu name program
    say "Making dom0's root"
    domu_root "$domu" "$here/qemu/domu/init"
    mkdir -p "$domu/modules" "$domu/run" "$domu/sbin"
    for name in "${virtio_modules[@]}"; do
        take_module "$name" "$out/qemu-modules" "$domu/modules"
    done
    printf '%s\n' "${virtio_modules[@]}" >"$domu/modules/order"
    dom0_root "$root" "$here/qemu/dom0/scenarios" "$domu" "$here/qemu/domu/domu.cfg"
    for name in "${qemu_modules[@]}"; do
        take_module "$name" "$out/qemu-modules" "$root/usr/lib/modules"
    done
    install -m 755 "$out/qemu-system-aarch64" "$sysroot/usr/bin/eu-stack" "$root/bin/"
    for program in qemu-system-aarch64 eu-stack; do
        with_libraries "$root/bin/$program" "$root/usr/lib/$triplet"
    done
    pack "$root" >"$1"
}
