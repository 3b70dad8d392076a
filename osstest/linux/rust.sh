# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# The emulator and its agent in the domU, compiled for the systems that they run
# in. The one that sources this has sourced contents.sh.

case ${rv[arch]} in
    arm64) rust_target=aarch64-unknown-linux-gnu ;;
    arm32) rust_target=armv7-unknown-linux-gnueabihf ;;
esac
# cargo's name for the variables of a target.
target_var=CARGO_TARGET_$(tr a-z- A-Z_ <<<"$rust_target")

# A toolchain that has the standard library for the target, or else the
# distribution's, whose library for another architecture is a package.
rust_std=''
case $("$repo/cbits/rust-is-available.sh" "$rust_target" 2>/dev/null) in
    *RUST_LIBCORE=/*) use_rust "$rust_target" ;;
    *)
        CARGO=/usr/bin/cargo RUSTC=/usr/bin/rustc
        rust_package=$(dpkg-query -S "$(readlink -f "$RUSTC")" 2>/dev/null | cut -d: -f1) ||
            die 'There is no Rust that can compile for Linux on Arm.' \
                'no rustc of the distribution' "its packages rustc and cargo (or rustc-web, cargo-web)" \
                './build-xen.sh installs them; or: rustup target add '"$rust_target"
        rust_std="lib${rust_package/rustc/std-rust}-dev $(dpkg-query -W -f '${Version}' "$rust_package") $debian_arch"
        ;;
esac
export CARGO RUSTC

# The suite of this machine: its rustc and that library are one build. Where it
# has not that library, it is compiled with the programs.
get_std() {
    local package version codename debs
    read -r package version _ <<<"$rust_std"
    codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
    use_suite "$codename" "$debian_arch"
    mkdir -p "$1"
    if ! versions "$package" | grep -xF -- "$version" >/dev/null; then
        say "$codename for $debian_arch has no $package $version: Rust's standard library is compiled as well"
        return
    fi
    say "Downloading Rust's standard library for $rust_target ($package $version)"
    download "$scratch/std-deb" "$package=$version"
    debs=("$scratch"/std-deb/*.deb)
    mkdir "$1/lib" "$scratch/std-all"
    dpkg-deb -x "${debs[0]}" "$scratch/std-all"
    mv -- "$scratch/std-all/usr/lib/rustlib" "$1/lib/"
}

# for_linux: what cargo needs to compile for the target: in $linux_env what goes
# before it, and in $linux_options what is said to it.
for_linux() {
    local flags=()
    # Optimized as a whole it would take five times as long to link, for each root's
    # libraries anew.
    linux_env=(env CARGO_PROFILE_RELEASE_LTO=off XEN_SYSROOT="$out/system" XEN_TRIPLET="$triplet"
        "${target_var}_LINKER=${cross}gcc")
    linux_options=(--release --package emulator --features image --target "$rust_target")
    if [[ -d $out/std/lib ]]; then
        flags=(--sysroot "$out/std")
    elif [[ $rust_std ]]; then
        # -Zbuild-std is cargo's; the programs themselves use no unstable feature.
        linux_env+=(RUSTC_BOOTSTRAP=1)
        linux_options+=('-Zbuild-std=std,panic_abort')
    fi
    # Encoded, as paths may have spaces. With --target it is not for what runs on
    # this machine, which is bindgen.
    linux_env+=(CARGO_ENCODED_RUSTFLAGS="$(IFS=$'\x1f' && printf '%s' "${flags[*]}")")
}

# cargo_linux PROGRAM [FLAG…]: compiles it for the target, itself with these
# flags of rustc, and puts it into $out.
cargo_linux() {
    local program=$1 log=$out/cargo.log target_dir=$repo/.build/cargo
    shift
    for_linux
    "${linux_env[@]}" "$CARGO" rustc --locked --manifest-path "$repo/Cargo.toml" --target-dir "$target_dir" \
        --bin "$program" "${linux_options[@]}" -- "$@" >"$log" 2>&1 </dev/null ||
        die "The $program does not build." "$(grep -E -A8 '^error' "$log" | head -n 30)" 'a program' \
            "The log is $log."
    cp -p -- "$target_dir/$rust_target/release/$program" "$out/$program"
}

build_emulator() {
    say 'Building the emulator and its agent'
    cargo_linux emulator
    # There is no other program in the domU: it brings no libraries.
    cargo_linux agent -Ctarget-feature=+crt-static
}
