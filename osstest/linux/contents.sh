# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# The contents of dom0 and the domU: the table of packages, and dom0's root. A script
# that sources this has read the runvars.

# shellcheck source=patches/build/lines.sh
source "$repo/patches/build/lines.sh"
read -r suite _ < <(line_says "${rv[xen]}" toolstack) ||
    die "There is no toolstack for Xen ${rv[xen]}." "no Debian suite known with xen-utils-${rv[xen]}" \
        "a line toolstack=SUITE ARCH…" "Add it to patches/xen-${rv[xen]}/line."
case ${rv[arch]} in
    arm64) debian_arch=arm64 kernel_package=linux-image-arm64 ;;
    arm32) debian_arch=armhf kernel_package=linux-image-armmp-lpae ;;
esac
triplet=$(triplet_of "${rv[arch]}")
cross=$triplet-

# Of xen-utils only the programs are wanted, not the Python that it depends on.
libraries=(
    "libxenmisc${rv[xen]}" libxendevicemodel1 libxenevtchn1 libxenforeignmemory1 libyajl2
    libxenstore4 libgcc-s1 libxen-dev libc6-dev
)
alone=("xen-utils-${rv[xen]}" xenstore-utils busybox-static "xen-hypervisor-${rv[xen]}-$debian_arch")
modules=(xen-evtchn xen-gntdev xen-gntalloc xen-privcmd xenfs)
programs=(xl xenstored xenconsoled xen-init-dom0)

packages_wanted() {
    printf '%s\n' "$suite $debian_arch" "$kernel_package" "${libraries[@]}" "${alone[@]}"
}

get_packages() {
    local kernel names
    use_suite "$suite" "$debian_arch"
    kernel=$("${private[@]}" apt-cache depends "$kernel_package" 2>/dev/null | sed -n 's/^  Depends: //p') || true
    [[ $kernel ]] || die "There is no $kernel_package." "$(grep '^E:' "$apt_dir/update.log" | tail -n 4)" \
        "it in Debian $suite for $debian_arch" 'Check the network and the sources of apt; try again later.'
    mapfile -t names < <(with_dependencies "${libraries[@]}")
    ((${#names[@]})) || exit 2
    say "Downloading Linux, the toolstack and their libraries, of Debian $suite for $debian_arch"
    download "$1" "$kernel" "${names[@]}" "${alone[@]}"
}

unpack_system() {
    local deb debs=() only=()
    say 'Unpacking them'
    for deb in "$out"/packages/*.deb; do
        [[ $deb == */linux-image-* ]] || debs+=("$deb")
    done
    unpack "$1" "${debs[@]}"
    mapfile -t only < <(printf '*/%s.ko*\n' "${modules[@]}")
    mkdir "$1/linux"
    dpkg-deb --fsys-tarfile "$out"/packages/linux-image-*.deb |
        tar -C "$1/linux" --wildcards -xf - './boot/vmlinuz-*' './boot/config-*' "${only[@]}"
}

the_kernel() {
    printf '%s\n' "$out"/system/linux/boot/vmlinuz-*
}

# The input stamp of dom0's root.
root_inputs() {
    cat "$out/.system.inputs"
    tar -C "$here/linux" --sort=name --mtime=@0 --owner=0 --group=0 -cf - . | sha256sum
    sha256sum <"$out/emulator"
    sha256sum <"$out/agent"
}

# pack DIR: everything in it, as an initial ramdisk on stdout, the same each time.
pack() {
    (cd "$1" && find . -exec touch -h -d @0 {} + &&
        find . -print0 | sort -z | cpio --quiet -0 -o -H newc -R 0:0 --reproducible)
}

# take_module NAME FROM TO: Linux's module of that name, uncompressed.
take_module() {
    local file
    file=$(find "$2" -name "$1.ko*")
    case $file in
        *.ko) cp -- "$file" "$3/" ;;
        *.ko.xz) xz -dc -- "$file" >"$3/$1.ko" ;;
        *) die "There is no module $1." "${file:-nothing of that name in the package}" \
            'a module' "See what $kernel_package has now." ;;
    esac
}

# dom0_root ROOT SCENARIOS DOMU CONFIG: with the toolstack, what is to be tried, the
# root of the domU, and what xl is to know of that.
dom0_root() {
    local root=$1 scenarios=$2 domu=$3 config=$4 system=$out/system name file
    mkdir -p "$root"/{proc,sys,dev,run,tmp,etc,lib/modules,domu} \
        "$root"/var/{lib/xen,lib/xenstored,log/xen/console,run/xen,run/xenstored,lock} \
        "$root"/usr/{lib,bin,sbin} "$root/usr/lib/$triplet" "$root/usr/lib/xen-${rv[xen]}/bin"
    rmdir "$root/lib/modules" "$root/lib" "$root/var/run/xen" "$root/var/run/xenstored" "$root/var/run"
    ln -s usr/bin "$root/bin"
    ln -s usr/sbin "$root/sbin"
    ln -s usr/lib "$root/lib"
    ln -s ../run "$root/var/run"

    pack "$domu" >"$root/domu/initrd"
    cp -- "$(the_kernel)" "$root/domu/kernel"
    cp -- "$config" "$root/domu/"

    install -m 755 "$here"/linux/dom0/init "$root/init"
    install -m 755 "$scenarios" "$root/bin/"
    install -m 644 "$here"/linux/dom0/lib.sh "$root/bin/"
    install -m 755 "$system/usr/bin/busybox" "$root/bin/"
    find "$system/usr/lib/$triplet" -maxdepth 1 -name '*.so*' \
        -exec cp -P -t "$root/usr/lib/$triplet" {} +
    for file in "$root/usr/lib/$triplet"/ld-linux*; do
        ln -s "$triplet/${file##*/}" "$root/usr/lib/"
    done
    for name in "${programs[@]}"; do
        install -m 755 -t "$root/usr/lib/xen-${rv[xen]}/bin" "$system/usr/lib/xen-${rv[xen]}/bin/$name"
    done
    ln -s "xen-${rv[xen]}" "$root/usr/lib/xen"
    cp -P -t "$root/usr/bin" "$system"/usr/bin/xenstore*
    mkdir -p "$root/usr/lib/modules"
    for name in "${modules[@]}"; do
        take_module "$name" "$system/linux" "$root/usr/lib/modules"
    done
}

# domu_root ROOT INIT: which has nothing but that, busybox and the agent.
domu_root() {
    mkdir -p "$1"/{bin,proc,sys,dev}
    install -m 755 "$out/system/usr/bin/busybox" "$1/bin/busybox"
    install -m 755 "$2" "$1/init"
    install -m 755 "$out/agent" "$1/bin/agent"
}

make_dom0() {
    local root=$scratch/dom0 domu=$scratch/domu
    say "Making dom0's root"
    domu_root "$domu" "$here/linux/domu/init"
    dom0_root "$root" "$here/linux/dom0/scenarios" "$domu" "$here/linux/domu/domu.cfg"
    install -m 755 "$out/emulator" "$root/bin/emulator"
    cp -r -- "$here/linux/dom0/scenario" "$root/"
    pack "$root" >"$1"
}
