# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# What build-xen.sh needs of this machine, and how it gets there.

# Which the oracle of ffi needs. libclang-cpp is another library.
has_libclang() {
    local folder
    for folder in '/usr/lib*' '/usr/lib/*-linux-gnu' '/usr/lib/llvm-*/lib'; do
        compgen -G "$folder/libclang[-.]*so*" || true
    done | grep -v '/libclang-cpp' >/dev/null
}

has_rust() {
    "$repo/cbits/rust-is-available.sh" "$arch" >"$scratch/toolchain" 2>"$scratch/toolchain.why"
}

rust_reasons() {
    sed -n 's/^\*\*\*   found:  //p' "$scratch/toolchain.why"
}

# Debian's name for a Rust that is new enough: its plain one, or the newer one
# that it keeps for its browsers.
rust_packages() {
    local suffix version
    for suffix in '' -web; do
        version=$(apt-cache policy "rustc$suffix" 2>/dev/null |
            sed -n 's/^ *Candidate: \([0-9.]*\).*/\1/p') || true
        if at_least 1.85 "$version"; then
            printf 'rustc%s rust%s-src\n' "$suffix" "$suffix"
            return
        fi
    done
    printf 'rustc rust-src\n'
}

# The cargo of the compiler that is there, for the tests.
has_cargo() {
    local rustc
    has_rust || return
    rustc=$(sed -n 's/^RUSTC=//p' "$scratch/toolchain")
    [[ -x ${CARGO:-${rustc%/*}/cargo} ]]
}

cargo_package() {
    case $(rust_packages) in
        *-web*) echo cargo-web ;;
        *) echo cargo ;;
    esac
}

lint_packages() {
    case $(rust_packages) in
        *-web*) printf '%s\n' rust-web-clippy rustfmt-web ;;
        *) printf '%s\n' rust-clippy rustfmt ;;
    esac
}

missing_packages() {
    local command package
    while read -r command package; do
        command -v "$command" >/dev/null || printf '%s\n' "$package"
    done <<END
bison bison
flex flex
gcc gcc
make make
patch patch
python3 python3-minimal
xz xz-utils
END
    missing_compiler
    [[ -n $offline || -e /etc/ssl/certs/ca-certificates.crt ]] || echo ca-certificates
    if [[ -n $board ]]; then
        command -v mkimage >/dev/null || echo u-boot-tools
        command -v dtc >/dev/null || echo device-tree-compiler
    fi
    if [[ -n $with_tests ]]; then
        command -v qemu-system-aarch64 >/dev/null || echo qemu-system-arm
        command -v fdtput >/dev/null || echo device-tree-compiler
        command -v shellcheck >/dev/null || echo shellcheck
        command -v bats >/dev/null || echo bats
        { command -v cargo-clippy && command -v cargo-fmt; } >/dev/null || lint_packages
        has_libclang || echo libclang-dev
        has_cargo || cargo_package
    fi
    [[ -z $git_ref$with_tests ]] || command -v git >/dev/null || echo git
    if [[ -z $upstream ]]; then
        has_rust || rust_packages | tr ' ' '\n'
    fi
}

missing() {
    missing_packages | sort -u | paste -sd' '
}

# With what has to be said of Rust where that is missing.
lacking() {
    printf 'no %s\n' "$1"
    rust_reasons
}

# Sees to it that this machine has all that is needed.
check_machine() {
    local lacks
    step "Checking what this machine has"
    : >"$scratch/toolchain.why"
    # A package does not mend what the environment names.
    if [[ -z $upstream && -n ${RUSTC-} ]] && ! has_rust; then
        die "$EX_MISSING" 'RUSTC names no Rust that can compile for Xen.' "$(rust_reasons)" \
            "rustc 1.85 or later, with the target for $arch or the source of core" \
            'Name another with RUSTC, or unset it.'
    fi
    named_compiler
    lacks=$(missing)
    [[ -z $lacks ]] || install_missing "$lacks"
    check_compiler
}

install_missing() {
    local lacks=$1 package why
    if [[ -z $may_install ]]; then
        die "$EX_MISSING" 'Something is missing on this machine, and nothing is to be installed.' \
            "$(lacking "$lacks")" 'these packages, or what they hold' "apt-get install $lacks"
    elif ! command -v apt-get >/dev/null; then
        die "$EX_MISSING" 'Something is missing on this machine, which has no apt-get.' \
            "no $lacks (Debian's names)" 'these packages, or what they hold' \
            'Install them as your distribution does.'
    elif ! can_install; then
        die "$EX_MISSING" 'Something is missing on this machine, and only root may install it.' \
            "no $lacks" 'these packages, or what they hold' "sudo apt-get install $lacks"
    fi
    step "Updating the package lists (apt-get update)"
    installing=y
    logged update_lists ||
        die "$EX_MISSING" 'apt-get update failed.' "$(log_tail)" 'package lists' \
            "Check the network and apt's sources."
    # A machine without package lists cannot tell which Rust it offers.
    lacks=$(missing)
    # shellcheck disable=SC2086  # one word for each package
    plan_install $lacks
    step "Installing $lacks"
    logged "${apt_install[@]}" ||
        die "$EX_MISSING" 'apt-get install failed.' "$(log_tail)" "$lacks" \
            "Install them by hand; the log is $log."
    for package in "${left_out[@]}"; do
        detail "$package cannot be installed beside $in_the_way; it is unpacked in $beside instead"
        why=$(unpack_beside "$package") ||
            die "$EX_MISSING" "$package cannot be installed or unpacked beside what is there." \
                "to install it, apt would remove $in_the_way; to unpack it:
$(tail -n 4 <<<"$why")" 'a package that leaves the others in place' \
                "Decide which is to stay: apt-get install $package shows what it would do."
    done
    installing=''
    lacks=$(missing)
    [[ -z $lacks ]] ||
        die "$EX_MISSING" 'Something is missing even after it was installed.' \
            "$(lacking "$lacks")" \
            'packages that bring what they are named for' "Install them by hand; the log is $log."
}
