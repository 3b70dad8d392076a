#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What the shell exports neither breaks a build nor alters it.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# What people have in their shells, for these makefiles, for other ones, and for
# the tools that build-xen.sh itself uses.
# shellcheck disable=SC2054  # commas are theirs
exported=(
    LDFLAGS=-Wl,-O1 CFLAGS=-O3 CPPFLAGS=-DNDEBUG AFLAGS=-g ASFLAGS=-g CFLAGS-y=-O0 HOSTCC=false CC=false CXX=false LD=false
    NM=false OBJCOPY=false AR=false HOSTCFLAGS=-Wbogus HOSTLDFLAGS=-Wbogus KBUILD_OUTPUT=/nonexistent KBUILD_VERBOSE=1
    KBUILD_DEFCONFIG=tiny64_defconfig KCONFIG_CONFIG=b KCONFIG_ALLCONFIG=/nonexistent KCONFIG_AUTOCONFIG=/nonexistent
    EXTRA_CFLAGS_XEN_CORE=-O0 EXTRA_PREFIX=/nonexistent EXTRA_INCLUDES=/nonexistent EMBEDDED_EXTRA_CFLAGS=-O0
    XEN_ROOT=/nonexistent XEN_TARGET_ARCH=x86_64 XEN_COMPILE_ARCH=x86_64 XEN_EXTRAVERSION=.666 XEN_VENDORVERSION=-mine
    XEN_WHOAMI=me XEN_DOMAIN=mine XEN_BUILD_HOST=mine XEN_BUILD_DATE=yesterday XEN_BUILD_TIME=noon XEN_RUST_CORE=/nonexistent
    XEN_CONFIG_EXPERT=n clang=y gcc=n debug=y verbose=y crash_debug=y perfc=y V=1 O=/nonexistent ARCH=x86 SRCARCH=x86 PYTHON=false
    MAKEFILES=/nonexistent MAKEFLAGS=-n MFLAGS=-n GNUMAKEFLAGS=-n MAKELEVEL=3 MAKEOVERRIDES=CC=false SHELL=/bin/false
    RUSTFLAGS=-Copt-level=0 RUSTC_WRAPPER=false RUSTC_BOOTSTRAP=0 RUST_TARGET=x RUST_LIBCORE=/nonexistent
    CARGO_BUILD_TARGET=x CARGO_TARGET_DIR=/nonexistent CARGO_ENCODED_RUSTFLAGS=x BINDGEN_EXTRA_CLANG_ARGS=-m32
    LIBCLANG_PATH=/nonexistent GCC_EXEC_PREFIX=/nonexistent CPATH=/nonexistent C_INCLUDE_PATH=/nonexistent COMPILER_PATH=/nonexistent
    LIBRARY_PATH=/nonexistent LD_RUN_PATH=/nonexistent DEPENDENCIES_OUTPUT=/nonexistent/x SUNPRO_DEPENDENCIES=/nonexistent/x
    GIT_DIR=/nonexistent GIT_WORK_TREE=/nonexistent GIT_INDEX_FILE=/nonexistent GIT_OBJECT_DIRECTORY=/nonexistent
    GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.bare GIT_CONFIG_VALUE_0=true
    TAR_OPTIONS=--wildcards=bogus GREP_OPTIONS=-v GREP_COLORS=x POSIXLY_CORRECT=1 XZ_OPT=-bogus XZ_DEFAULTS=-bogus XZ_OPTIONS=x
    BASH_ENV=/dev/null ENV=/dev/null CDPATH=/ IFS=/ TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 LANG=de_DE.UTF-8 LANGUAGE=de
    BLOCK_SIZE=human-readable QUOTING_STYLE=c TIME_STYLE=+x COLUMNS=1 PATCH_GET=1 SIMPLE_BACKUP_SUFFIX=.o VERSION_CONTROL=t
    BISON=false FLEX=false LEX=false YACC=false M4=false DEBUG=1 TARGET=x name=x line=3 arch=x86 tree=/nonexistent work=/nonexistent
    'a name that is none=x' TMPDIR=/nonexistent
    'BASH_FUNC_sed%%=() { exit 9; }' 'BASH_FUNC_make%%=() { exit 9; }'
)

@test "environment: with all that a shell can have, the same xen, from the source on" {
    checkout=$BATS_TEST_TMPDIR/checkout
    cp -a "$lab/project" "$checkout"
    mkdir "$checkout/.build"
    cp -a "$lab/checkout/.build/source" "$checkout/.build/"
    [[ ! -e $lab/checkout/.build/core ]] || cp -a "$lab/checkout/.build/core" "$checkout/.build/"
    umask 077
    run env "${env[@]}" "${exported[@]}" "$checkout/build-xen.sh" --offline --no-install 3>&-
    umask 022
    is_good
    # For others to read, as ever.
    [[ $(stat -c %a "$checkout/out/$result/"*) == "$(stat -c %a "$lab/good/"*)" ]]
    build --offline
    is_good
    says_not 'Unpacking|Applying|Configuring'
}

# A make that also records what it finds in its environment.
recording_make() {
    quick
    rm -f "$checkout/.build/tree/$result/.config-wanted"
    sed -i "2i[[ \$1 != -C ]] || env -0 | sed -z 's/=.*//' | tr '\\\\0' '\\\\n' >>$BATS_TEST_TMPDIR/seen" "$fakes/make"
}

@test "environment: the makefiles see what is listed, and nothing else" {
    recording_make
    run env "${env[@]}" "${exported[@]}" http_proxy=http://127.0.0.1:1 CCACHE_DIR=/nonexistent \
        "$checkout/build-xen.sh" --offline --no-install 3>&-
    is_good
    sort -u "$BATS_TEST_TMPDIR/seen" | grep -vxE 'PWD|OLDPWD|SHLVL|_|RUSTUP_(HOME|TOOLCHAIN)' >"$BATS_TEST_TMPDIR/names"
    diff "$BATS_TEST_TMPDIR/names" - <<END
CCACHE_DIR
HOME
LC_ALL
PATH
RUSTC
SOURCE_DATE_EPOCH
TMPDIR
TZ
XEN_BUILD_DATE
XEN_BUILD_HOST
XEN_BUILD_TIME
XEN_DOMAIN
XEN_WHOAMI
END
}

@test "environment: what the network needs reaches apt and git" {
    cold
    without flex
    fake apt-get <<<"echo \"\$1 \${https_proxy-}\${CFLAGS-}\" >>$BATS_TEST_TMPDIR/seen; exit 1"
    fake sudo <<<'[[ $1 != -n ]] || shift; exec env -u https_proxy "$@"'
    CFLAGS=-O3 https_proxy=http://127.0.0.1:3 build
    block 3 'apt-get update failed' '' '' ''
    grep -x 'update http://127.0.0.1:3' "$BATS_TEST_TMPDIR/seen"
}

@test "environment: what the network needs reaches git" {
    command -v git >/dev/null || skip 'git is not installed'
    cold
    fake git <<<"[[ \$* != *fetch* ]] || echo \"\${https_proxy-}\${GIT_SSL_CAINFO-}\${GIT_DIR-}\" >>$BATS_TEST_TMPDIR/seen; exec $(real git) \"\$@\""
    GIT_DIR=/nonexistent GIT_SSL_CAINFO=/certificate https_proxy=http://127.0.0.1:3 \
        XEN_GIT_URL=http://127.0.0.1:1/xen.git build --git-ref master
    block 4 'Cannot fetch' '' '' ''
    [[ $(sort -u "$BATS_TEST_TMPDIR/seen") == http://127.0.0.1:3/certificate ]]
}

@test "environment: --help lists what is let through" {
    run "$checkout/build-xen.sh" --help
    while read -r name; do
        # All that is a proxy is in one word there.
        [[ $name == *_PROXY ]] || says "$name"
    done < <(sed -n '/^readonly let_through/,/)$/p; /^readonly let_to_network/,/)$/p' \
        "$checkout/patches/build/environment.sh" | grep -oE '[A-Z][A-Z_]+')
}

@test "environment: a date of one's own" {
    quick
    recording_make
    sed -i "2iecho \"\$SOURCE_DATE_EPOCH\" >>$BATS_TEST_TMPDIR/dates" "$fakes/make"
    SOURCE_DATE_EPOCH=86400 build --offline
    is_good
    [[ $(sort -u "$BATS_TEST_TMPDIR/dates") == 86400 ]]
    grep -x 'source date: *86400' "$checkout/out/$result/build-info.txt"
    # Also for a tree that has a date of its own.
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/small" "$dir"
    git -C "$dir" init -q
    git -C "$dir" add -A
    git -C "$dir" -c user.name=n -c user.email=e commit -q -m base
    SOURCE_DATE_EPOCH=86400 build --offline --xen-src "$dir"
    grep -x 'source date: *86400' "$checkout/out/$result/build-info.txt"
    good_run
}
