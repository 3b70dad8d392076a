# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# With which compiler Xen is built: gcc, cross if need be, or the one that
# CROSS_COMPILE names, or clang with the linker and tools of that.

# shellcheck source=patches/build/arch.sh
source "$repo/patches/build/arch.sh"

# use_compiler ARCH: the prefix of its tools in $cross, the compiler in $cc, and
# the arguments of Xen's make that name them in $make_compiler.
use_compiler() {
    local triplet
    triplet=$(triplet_of "$1")
    case $1 in
        arm64) compiler_macro=__aarch64__ ;;
        arm32) compiler_macro=__arm__ ;;
        riscv64) compiler_macro=__riscv ;;
    esac
    # The host's own, where it is of that architecture.
    case $1:$(uname -m) in
        arm64:aarch64 | arm32:armv7* | riscv64:riscv64) cross='' ;;
        *) cross=$triplet- ;;
    esac
    if [[ -n ${CROSS_COMPILE-} ]]; then
        [[ $CROSS_COMPILE =~ ^[A-Za-z0-9/._+@,=~\ -]+$ ]] ||
            bad_usage "CROSS_COMPILE=$CROSS_COMPILE in the environment" 'a prefix that make can take'
        cross=$CROSS_COMPILE
        # make works in another folder.
        [[ ${cross##* } != */* || ${cross##* } == /* ]] ||
            cross=${cross%"${cross##* }"}$PWD/${cross##* }
    fi
    read -ra cc <<<"${cross}gcc"
    make_compiler=("CROSS_COMPILE=$cross")
    if [[ -n $clang ]]; then
        # clang's own assembler does not take all of Xen's.
        cc=(clang "--target=$triplet" -no-integrated-as)
        [[ ${cross##* } != */* ]] || cc+=("--prefix=${cross##* }")
        # Upstream builds Xen on Arm with gcc; clang warns of more.
        make_compiler+=(clang=y "CC=${cc[*]}" EXTRA_CFLAGS_XEN_CORE=-Wno-error)
    fi
}

# tool NAME: the command that is the compiler's `ld`, `nm` and so on, in $tool.
tool() {
    read -ra tool <<<"$cross$1"
}

missing_compiler() {
    local tool
    if [[ -n $clang ]]; then
        command -v clang >/dev/null || echo clang
    elif [[ -z ${CROSS_COMPILE-} ]]; then
        command -v "${cc[0]}" >/dev/null || echo "gcc${cross:+-${cross%-}}"
    fi
    [[ -n ${CROSS_COMPILE-} ]] || command -v "${cross}ld" >/dev/null || echo "binutils${cross:+-${cross%-}}"
}

# Dies unless CROSS_COMPILE names tools that run: the user chose them, so none is installed.
named_compiler() {
    local name tool why
    [[ -n ${CROSS_COMPILE-} ]] || return 0
    for name in ${clang:-gcc} ld nm objcopy; do
        [[ $name != -clang ]] || continue
        tool "$name"
        why=$("${tool[@]}" --version 2>&1 </dev/null) ||
            die "$EX_MISSING" "CROSS_COMPILE names no compiler for $arch." \
                "${tool[*]}: $(sed -n '$s/.*: //p' <<<"$why")" \
                "${cross}gcc, ${cross}ld, ${cross}nm and ${cross}objcopy" \
                'Name another with CROSS_COMPILE, or unset it.'
    done
}

# Whether the compiler is one for Xen: an old one, or one for another
# architecture, fails late and says little.
check_compiler() {
    local version tool why do="Install a newer gcc${cross:+-${cross%-}}, or put one first in PATH."
    [[ -z ${CROSS_COMPILE-} ]] || do='Name another with CROSS_COMPILE, or unset it.'
    if [[ -z $clang ]]; then
        version=$("${cc[@]}" -dumpfullversion -dumpversion 2>/dev/null) || true
        at_least 5.1 "$version" ||
            die "$EX_MISSING" "${cc[*]} is too old for Xen." "${version:-one that does not run}" \
                'GCC 5.1 or later' "$do"
    else
        do="Install a newer clang, or leave out --clang."
    fi
    printf '#ifndef %s\n#error another architecture\n#endif\nint f(void) { return 0; }\n' \
        "$compiler_macro" >"$scratch/probe.c"
    why=$("${cc[@]}" -c -o "$scratch/probe.o" "$scratch/probe.c" 2>&1) ||
        die "$EX_MISSING" "${cc[*]} does not compile for $arch." "$(head -n 4 <<<"$why" | cut -c1-160)" \
            "a compiler for $arch" "$do"
    tool ld
    why=$("${tool[@]}" -r -o "$scratch/linked.o" "$scratch/probe.o" 2>&1) ||
        die "$EX_MISSING" "${tool[*]} does not link for $arch." "$(head -n 4 <<<"$why" | cut -c1-160)" \
            "a linker for $arch" "${do/gcc/binutils}"
}

# For build-info.txt.
compiler_info() {
    local tool
    [[ -z ${CROSS_COMPILE-} ]] || echo "CROSS_COMPILE:  $CROSS_COMPILE"
    [[ -n $clang ]] && printf 'clang:          ' || printf 'gcc:            '
    "${cc[@]}" --version | sed -n 1p
    tool ld
    echo "ld:             $("${tool[@]}" --version | sed -n 1p)"
}
