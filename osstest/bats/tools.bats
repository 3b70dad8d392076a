#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Something is missing on this machine, or too old.
#
# An installation that is interrupted is not here: it would have to install.
# build-xen.sh waits for apt-get then, since a killed one leaves packages half
# configured; interrupt.bats shows that with an apt-get that only sleeps.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

# lacks COMMAND PACKAGE [OPTION…]
lacks() {
    cold
    without "$1"
    build --no-install "${@:3}"
    block 3 'Something is missing on this machine, and nothing is to be installed' "no $2" \
        'these packages' "apt-get install $2" || return
    # This one, and no other.
    [[ $(part 'do') == "apt-get install $2" ]] || complain 'More is missing than should be.' || return
    empty "$checkout/.build/tree" "$checkout/out" || return
    nothing_left
}

@test "tools: no aarch64-linux-gnu-gcc" { lacks aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu; }
@test "tools: no aarch64-linux-gnu-ld" { lacks aarch64-linux-gnu-ld binutils-aarch64-linux-gnu; }
@test "tools: no make" { lacks make make; }
@test "tools: no gcc" { lacks gcc gcc; }
@test "tools: no flex" { lacks flex flex; }
@test "tools: no bison" { lacks bison bison; }
@test "tools: no python3" { lacks python3 python3-minimal; }
@test "tools: no patch" { lacks patch patch; }
@test "tools: no xz" { lacks xz xz-utils; }
@test "tools: no git, for --git-ref" { lacks git git --git-ref master; }
@test "tools: no QEMU, for --with-tests" { lacks qemu-system-aarch64 qemu-system-arm --with-tests; }
@test "tools: no fdtput, for --with-tests" { lacks fdtput device-tree-compiler --with-tests; }

@test "tools: all that is missing is said at once" {
    cold
    without aarch64-linux-gnu-gcc flex bison python3
    build --offline
    block 3 'Something is missing' 'no bison flex gcc-aarch64-linux-gnu python3-minimal' 'these packages' \
        'apt-get install bison flex gcc-aarch64-linux-gnu python3-minimal'
    nothing_left
}

@test "tools: the machine has no apt" {
    cold
    without flex apt-get apt-cache
    build
    block 3 'which has no apt-get' 'no flex' 'these packages' 'as your distribution does'
    nothing_left
}

@test "tools: only root may install" {
    ((EUID == 0)) && ! command -v setpriv >/dev/null && skip 'no setpriv to be another user with'
    without flex
    env+=(RUSTUP_HOME=/nonexistent CARGO_HOME=/nonexistent)
    ((EUID != 0)) || env+=(setpriv --reuid 65534 --regid 65534 --clear-groups)
    folder=$(readlink "$lab/public")/tools
    mkdir "$folder"
    cp -a "$lab/project" "$lab_path" "$folder/"
    ((EUID != 0)) || chown -R 65534 "$folder"
    rm "$folder/farm/sudo"
    printf '#!/bin/sh\nexit 1\n' >"$folder/farm/sudo"
    chmod 755 "$folder" "$folder/farm/sudo"
    PATH=$folder/farm
    checkout=$folder/project
    build --upstream
    PATH=$lab/bin:/usr/bin:/bin
    block 3 'only root may install' 'no flex' 'these packages' 'sudo apt-get install flex'
}

# An apt-get that does nothing, and a machine on which root may call it.
fake_apt() {
    fake apt-get
    fake sudo <<<'[[ $1 != -n ]] || shift; exec "$@"'
}

@test "tools: apt-get update fails" {
    cold
    without flex
    fake_apt <<<'echo "E: no such host: deb.example"; exit 100'
    build
    block 3 'apt-get update failed' 'no such host: deb.example' 'package lists' "apt's sources"
    nothing_left
}

@test "tools: apt-get install fails" {
    cold
    without flex
    fake_apt <<<'[[ $* != *install* ]] || { echo "E: Unable to locate package flex"; exit 100; }'
    build
    block 3 'apt-get install failed' 'Unable to locate package flex' flex 'by hand'
    nothing_left
}

@test "tools: apt-get installs, and the command is still missing" {
    cold
    without flex
    fake_apt <<<'exit 0'
    build
    block 3 'missing even after it was installed' 'no flex' 'packages that bring' 'by hand'
    nothing_left
}

@test "tools: what was missing is installed, and nothing else" {
    quick
    without flex
    fake_apt <<<"echo \"\$*\" >>$BATS_TEST_TMPDIR/asked
[[ \$* != install* ]] || ln -s $(real make) $lab_path/flex"
    build
    is_good "$checkout/out"
    says 'Installing flex'
    [[ $(cat "$BATS_TEST_TMPDIR/asked") == $'update\n-s install --no-install-recommends flex\ninstall -y -o DPkg::Lock::Timeout=300 --no-install-recommends --no-remove flex' ]]
}

# As on a Debian 12 with qemu-utils of its backports: its own qemu-system-arm does
# not go with that.
fake_apt_with_newer() {
    fake_apt <<<"echo \"\$*\" >>$BATS_TEST_TMPDIR/asked
case \$* in
    -s*' -t bookworm-backports '*) $1 ;;
    *' download '*) ${2-} ;;
    -s*) echo 'Remv qemu-utils [1:10.0.2]'; echo 'Inst flex (2.6 Debian [amd64])' ;;
    install*) ln -s $(real make) $lab_path/flex ;;
esac"
    fake apt-cache <<<"cat <<'TEXT'
qemu-utils:
  Installed: 1:10.0.2+ds-2~bpo12+1
  Candidate: 1:10.0.2+ds-2~bpo12+1
  Version table:
 *** 1:10.0.2+ds-2~bpo12+1 100
        100 http://deb.example/debian bookworm-backports/main amd64 Packages
        100 /var/lib/dpkg/status
     1:7.2+dfsg-7+deb12u18 500
        500 http://deb.example/debian bookworm/main amd64 Packages
TEXT"
}

@test "tools: a package that does not go with what is there comes from where that came" {
    quick
    without flex
    fake_apt_with_newer "echo 'Inst flex (2.7 Debian [amd64])'"
    build
    is_good "$checkout/out"
    [[ $(grep -v '^-s' "$BATS_TEST_TMPDIR/asked") == \
        $'update\ninstall -y -o DPkg::Lock::Timeout=300 --no-install-recommends --no-remove -t bookworm-backports flex' ]]
}

# deb_of_flex: as apt-get would download it.
deb_of_flex() {
    mkdir -p "$BATS_TEST_TMPDIR/flex/DEBIAN" "$BATS_TEST_TMPDIR/flex/usr/bin"
    printf '#!/bin/sh\necho this is flex\n' >"$BATS_TEST_TMPDIR/flex/usr/bin/flex"
    chmod +x "$BATS_TEST_TMPDIR/flex/usr/bin/flex"
    printf '%s\n' 'Package: flex' 'Version: 2.6' 'Architecture: amd64' 'Maintainer: nobody <n@invalid>' \
        'Description: flex' >"$BATS_TEST_TMPDIR/flex/DEBIAN/control"
    dpkg-deb -b "$BATS_TEST_TMPDIR/flex" "$BATS_TEST_TMPDIR/flex_2.6_amd64.deb" >/dev/null
}

@test "tools: what would remove another package is unpacked, and nothing is removed" {
    quick
    without flex
    deb_of_flex
    fake_apt_with_newer 'exit 100' "cp $BATS_TEST_TMPDIR/flex_2.6_amd64.deb ."
    build
    is_good "$checkout/out"
    says "flex cannot be installed beside qemu-utils; it is unpacked in $checkout/.build/beside instead"
    [[ $("$checkout/.build/beside/bin/flex") == 'this is flex' ]]
    [[ $(grep -v '^-s' "$BATS_TEST_TMPDIR/asked" | grep -v download) == update ]]
    # And is found again.
    : >"$BATS_TEST_TMPDIR/asked"
    build
    is_good "$checkout/out"
    [[ ! -s $BATS_TEST_TMPDIR/asked ]]
    rm -r "$checkout/.build/beside"
}

@test "tools: what can neither be installed nor unpacked stops it, and nothing is removed" {
    cold
    without flex
    fake_apt_with_newer 'exit 100' 'echo E: no such file; exit 100'
    build
    block 3 'flex cannot be installed or unpacked beside what is there' 'apt would remove qemu-utils' \
        'leaves the others in place' 'apt-get install flex'
    part_has found 'no such file'
    nothing_left
    # The same for what a step of osstest needs.
    run env repo="$checkout" bash -euc 'source "$repo/osstest/lib.sh"; source "$repo/osstest/need.sh"; need flex flex' 3>&-
    block 2 'flex cannot be installed or unpacked' 'apt would remove qemu-utils' 'leaves the others in place' 'apt-get install flex'
    [[ $(grep -E '(remove|purge) ' "$BATS_TEST_TMPDIR/asked" | grep -v -- --no-remove) == '' ]]
}

@test "tools: --prepare installs, and builds nothing" {
    cold
    without flex shellcheck
    fake_apt <<<"[[ \$* != install* ]] || for command in flex shellcheck; do
    ln -s $(real make) $lab_path/\$command
done"
    build --prepare --with-tests
    ends_with 0
    says 'Installing flex shellcheck'
    empty "$checkout/.build/tree" "$checkout/.build/source" "$checkout/out"
    nothing_left
    build --prepare --with-tests --no-install
    ends_with 0
}

@test "tools: --prepare --no-install says what is missing" { lacks flex flex --prepare; }

# gcc_of VERSION: the cross compiler says that it is that one.
gcc_of() {
    fake aarch64-linux-gnu-gcc <<<"[[ \$1 != -dump* ]] || { echo $1; exit; }; exec $(real aarch64-linux-gnu-gcc) \"\$@\""
}

@test "tools: the cross compiler is too old for Xen" {
    for version in 4.9.2 5.0.1; do
        gcc_of "$version"
        build --offline
        refused 3 'aarch64-linux-gnu-gcc is too old' "$version" 'GCC 5.1 or later' gcc-aarch64-linux-gnu
    done
}

@test "tools: a cross compiler is not too old because 10 sorts before 5" {
    quick
    gcc_of 10.2.1
    build --offline
    is_good "$checkout/out"
}

@test "tools: the cross compiler does not run" {
    fake aarch64-linux-gnu-gcc <<<'exit 127'
    build --offline
    refused 3 'aarch64-linux-gnu-gcc is too old' 'does not run' 'GCC 5.1 or later' gcc-aarch64-linux-gnu
}

# Of the machine's /usr, a view of our own without some files.
usr_without() {
    local layers=$BATS_TEST_TMPDIR
    mkdir "$layers/upper" "$layers/work"
    mounted "mount -t overlay overlay -o lowerdir=/usr,upperdir=$layers/upper,workdir=$layers/work /usr
             rm -f $1" || true
    [[ $status == 0 ]] || skip "no overlay on /usr to be had: $output"
    snapshot >"$before"
    mounted "mount -t overlay overlay -o lowerdir=/usr,upperdir=$layers/upper,workdir=$layers/work /usr
             shift 0; exec \"\$@\"" "$checkout/build-xen.sh" "${@:2}"
}

@test "tools: no libclang, for --with-tests; libclang-cpp is none" {
    usr_without '/usr/lib*/libclang*.so* /usr/lib/*/libclang*.so* /usr/lib/llvm-*/lib/libclang*.so*
        touch /usr/lib/libclang-cpp.so.14' --no-install --with-tests
    refused 3 'Something is missing' 'no libclang-dev' 'these packages' 'apt-get install libclang-dev'
}

@test "tools: no Rust at all" {
    unset RUSTC CARGO
    without rustc cargo
    usr_without '/usr/bin/rustc /usr/bin/cargo' --no-install
    refused 3 'Something is missing' 'no rust' 'these packages' 'rustc'
    part_has found 'no rustc in PATH'
    part_has 'do' 'src'
}
