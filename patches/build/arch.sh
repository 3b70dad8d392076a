# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The architectures. Rust's name for each is in cbits/rust-is-available.sh.

# triplet_of ARCH: what its cross compiler is called after, and Debian's packages of it.
triplet_of() {
    case $1 in
        arm64) echo aarch64-linux-gnu ;;
        arm32) echo arm-linux-gnueabihf ;;
        riscv64) echo riscv64-linux-gnu ;;
    esac
}
