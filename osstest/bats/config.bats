#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Options of one's own: they are in the result, or it says why not. What was
# changed in a tree by hand stays.

# shellcheck disable=SC2016,SC2030,SC2031,SC2123,SC2154  # a case is a subshell; helpers sets much
load helpers

setup() {
    common_setup
    configurable
    tree=$checkout/.build/tree/$result
}

# The plain result is the one of before, and up to date.
plain_is_good() {
    build --offline
    is_good || return
    says_not 'Unpacking|Applying|Configuring|by hand'
}

# by_hand LINE…: as menuconfig would.
by_hand() {
    local line
    for line in "$@"; do
        sed -i "/^CONFIG_${line%%=*}=/d; /^# CONFIG_${line%%=*} is/d" "$tree/xen/.config"
        echo "CONFIG_$line" >>"$tree/xen/.config"
    done
    "$(real make)" -C "$tree/xen" XEN_TARGET_ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- olddefconfig >/dev/null 2>&1 3>&-
    for line in "$@"; do
        grep -xF "CONFIG_$line" "$tree/xen/.config"
    done
}

# As a tree that nobody has touched.
forget() {
    rm -rf "$tree"
    build --offline
    is_good
}

@test "config: options have a tree and a result of their own" {
    build --offline --config UNSUPPORTED=y --config CONFIG_SCHED_NULL=y
    has "$result+unsupported+sched_null" CONFIG_SCHED_NULL=y CONFIG_MAPCACHE_RUST=y '# CONFIG_DEBUG is not set'
    grep -x 'options: *CONFIG_UNSUPPORTED=y CONFIG_SCHED_NULL=y' "$checkout/out/$result+unsupported+sched_null/build-info.txt"
    plain_is_good
    says_not SCHED_NULL
    [[ $(<"$checkout/out/$result/build-info.txt") != *options:* ]]
    build --offline --config UNSUPPORTED=y --config CONFIG_SCHED_NULL=y
    says_not 'Unpacking|Applying|Configuring'
}

@test "config: of files and options, the last one is right" {
    cd "$BATS_TEST_TMPDIR"
    printf '# A board.\r\n\r\nCONFIG_NR_CPUS=4\r\n# CONFIG_GICV3 is not set \r\n' >board.config
    echo 'CONFIG_NR_CPUS=6' >'other board.cfg'
    build --offline --config board.config --config 'other board.cfg'
    has "$result+board+other_board" CONFIG_NR_CPUS=6 '# CONFIG_GICV3 is not set'
    build --offline --config NR_CPUS=8 --config board.config
    has "$result+nr_cpus+board" CONFIG_NR_CPUS=4
    # Another content of the file is another configuration.
    echo 'CONFIG_NR_CPUS=5' >>board.config
    build --offline --config NR_CPUS=8 --config board.config
    says Configuring
    has "$result+nr_cpus+board" CONFIG_NR_CPUS=5 '# CONFIG_GICV3 is not set'
    sed -i '/GICV3/d' board.config
    build --offline --config NR_CPUS=8 --config board.config
    has "$result+nr_cpus+board" CONFIG_NR_CPUS=5 CONFIG_GICV3=y
}

@test "config: a text, a number and a choice" {
    build --offline --config 'CMDLINE=console=dtuart "x"' --config EARLY_UART_CHOICE_PL011=y \
        --config EARLY_UART_BASE_ADDRESS=0x09000000
    has "$result+cmdline+early_uart_choice_pl011+early_uart_base_address" \
        'CONFIG_CMDLINE="console=dtuart \"x\""' CONFIG_EARLY_PRINTK=y CONFIG_EARLY_UART_BASE_ADDRESS=0x09000000
}

@test "config: an option whose dependency is not met is refused, with it" {
    build --offline --config STATIC_SHM=y
    block 1 'does not take CONFIG_STATIC_SHM=y' 'CONFIG_STATIC_SHM=n; it depends on UNSUPPORTED && STATIC_MEMORY' CONFIG_STATIC_SHM=y '--config'
    part_has found CONFIG_STATIC_MEMORY=n
    [[ ! -e $checkout/out/$result+static_shm ]]
    nothing_left
    # Again, and not taken for done.
    build --offline --config STATIC_SHM=y
    block 1 'does not take CONFIG_STATIC_SHM=y' '' '' ''
    plain_is_good
}

@test "config: what there is not, what follows from others, and another value than was asked for" {
    build --offline --config NO_SUCH_OPTION=y
    block 1 'does not take CONFIG_NO_SUCH_OPTION=y' 'no such option CONFIG_NO_SUCH_OPTION' '' ''
    build --offline --config NO_SUCH_OPTION=n
    block 1 'does not take CONFIG_NO_SUCH_OPTION=n' 'no such option' '' ''
    build --offline --config EARLY_PRINTK=y
    block 1 'does not take CONFIG_EARLY_PRINTK=y' 'follows from other options and cannot be set' '' ''
    build --offline --config NR_CPUS=99999999
    block 1 'does not take CONFIG_NR_CPUS=99999999' CONFIG_NR_CPUS=128 '' ''
    build --offline --config SCHED_NULL=maybe
    block 1 'does not take CONFIG_SCHED_NULL=maybe' CONFIG_SCHED_NULL=n '' ''
    plain_is_good
}

@test "config: what the component needs cannot be taken away" {
    build --offline --config MAPCACHE_RUST=n
    refused 2 'Cannot tell what to build' CONFIG_MAPCACHE_RUST=n 'with the component' --upstream
    build --offline --config IOREQ_SERVER=n
    block 1 'does not take CONFIG_MAPCACHE_RUST=y' CONFIG_IOREQ_SERVER=n '' ''
    plain_is_good
}

@test "config: a file that is none" {
    build --offline --config "$lab/nothing"
    refused 2 'Cannot tell what to build' "--config $lab/nothing" 'a file that can be read, or OPTION=VALUE' --help
    build --offline --config "$lab"
    refused 2 'Cannot tell what to build' "--config $lab" 'a file that can be read' --help
    printf 'CONFIG_NR_CPUS=4\nNR_CPUS=4\n' >"$BATS_TEST_TMPDIR/board"
    build --offline --config "$BATS_TEST_TMPDIR/board"
    refused 2 'Cannot tell what to build' 'board, line 2: NR_CPUS=4' 'lines like CONFIG_NAME=y' --help
}

@test "config: a whole .config, of which some does not fit" {
    { sed 's/^CONFIG_NR_CPUS=.*/CONFIG_NR_CPUS=7/; s/^CONFIG_MAPCACHE_RUST=y/# CONFIG_MAPCACHE_RUST is not set/
        s/^CONFIG_GCC_VERSION=.*/CONFIG_GCC_VERSION=1/' "$lab/good/config"
        echo CONFIG_GONE_SINCE=y; echo CONFIG_STATIC_SHM=y; } >"$BATS_TEST_TMPDIR/.config"
    build --offline --config "$BATS_TEST_TMPDIR/.config"
    has "$result+config" CONFIG_NR_CPUS=7 CONFIG_MAPCACHE_RUST=y
    says 'not used: CONFIG_MAPCACHE_RUST=n CONFIG_STATIC_SHM=y'
}

@test "config: --defconfig starts from one of the tree's" {
    build --offline --defconfig tiny64 --config NR_CPUS=3
    has "$result+tiny64+nr_cpus" '# CONFIG_HAS_PL011 is not set' CONFIG_NR_CPUS=3 CONFIG_MAPCACHE_RUST=y
    says 'Starting from the configuration xen/arch/arm/configs/tiny64_defconfig'
    build --offline --defconfig tiny64_defconfig --config NR_CPUS=3
    says_not Configuring
    build --offline --defconfig huge64
    block 2 'There is no huge64_defconfig' huge64 'arm32 arm64 tiny64' --defconfig
    build --offline --defconfig ../x
    block 2 'Cannot tell what to build' '--defconfig ../x' '' ''
}

@test "config: by hand, it is kept over a rebuild, and over another source or other patches" {
    by_hand NR_CPUS=9
    build --offline
    has "$result" CONFIG_NR_CPUS=9
    says 'Keeping what was changed by hand'
    says CONFIG_NR_CPUS=9
    grep -x 'by hand: *CONFIG_NR_CPUS=9' "$checkout/out/$result/build-info.txt"
    renew
    build --offline
    has "$result" CONFIG_NR_CPUS=9
    says Applying
    says 'Keeping what was changed by hand'
    # With what was changed after that as well.
    by_hand PERF_COUNTERS=y NR_CPUS=10
    renew
    build --offline
    has "$result" CONFIG_NR_CPUS=10 CONFIG_PERF_COUNTERS=y
    # Without the file it is as ever, and that is said.
    rm "$tree/xen/.config"
    build --offline
    is_good
    says 'xen/.config has gone'
    plain_is_good
}

@test "config: by hand, it is kept if something else is asked for" {
    echo CONFIG_GICV3=n >"$BATS_TEST_TMPDIR/board"
    tree=$tree+board
    build --offline --config "$BATS_TEST_TMPDIR/board"
    by_hand NR_CPUS=9
    echo CONFIG_PERF_COUNTERS=y >>"$BATS_TEST_TMPDIR/board"
    build --offline --config "$BATS_TEST_TMPDIR/board"
    has "$result+board" CONFIG_NR_CPUS=9 CONFIG_PERF_COUNTERS=y '# CONFIG_GICV3 is not set'
    # Asked for, that is right; what was there is kept beside it.
    echo CONFIG_NR_CPUS=8 >>"$BATS_TEST_TMPDIR/board"
    build --offline --config "$BATS_TEST_TMPDIR/board"
    has "$result+board" CONFIG_NR_CPUS=8
    says "Not keeping of what was changed by hand: CONFIG_NR_CPUS=9 ($tree/.config.by-hand has it)"
    grep -x CONFIG_NR_CPUS=9 "$tree/.config.by-hand"
    build --offline --config "$BATS_TEST_TMPDIR/board"
    says_not 'by hand'
}

@test "config: by hand, without what the component needs" {
    cp "$tree/xen/.config" "$BATS_TEST_TMPDIR/good"
    sed -i 's/^CONFIG_MAPCACHE_RUST=y/# CONFIG_MAPCACHE_RUST is not set/; s/^CONFIG_NR_CPUS=.*/CONFIG_NR_CPUS=9/' "$tree/xen/.config"
    build --offline
    has "$result" CONFIG_MAPCACHE_RUST=y CONFIG_NR_CPUS=9
    says "Not keeping of what was changed by hand: CONFIG_MAPCACHE_RUST=n ($tree/.config.by-hand has it)"
    says 'Keeping what was changed by hand'
    forget
}

# tree_with_config LINES…: a source tree with a .config of its own.
tree_with_config() {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/pristine" "$dir"
    { sed 's/^CONFIG_NR_CPUS=.*/CONFIG_NR_CPUS=11/' "$lab/good/config"; printf '%s\n' "$@"; } >"$dir/xen/.config"
}

@test "config: a tree with a .config of its own" {
    tree_with_config CONFIG_DEBUG=y
    build --offline --xen-src "$dir"
    has "$result" CONFIG_NR_CPUS=11 CONFIG_DEBUG=y CONFIG_MAPCACHE_RUST=y
    says "Starting from the configuration $dir/xen/.config"
    build --offline --xen-src "$dir" --defconfig tiny64
    has "$result+tiny64" CONFIG_NR_CPUS=128
    says "Starting from the configuration xen/arch/arm/configs/tiny64_defconfig, not from $dir/xen/.config"
    sed -i 's/^CONFIG_ARM_64=y/CONFIG_X86_64=y/' "$dir/xen/.config"
    build --offline --xen-src "$dir"
    says "Not using $dir/xen/.config, which is not for arm64"
    is_good
    forget
}

@test "config: a tree with a changed arm64_defconfig" {
    dir=$BATS_TEST_TMPDIR/tree
    cp -a "$lab/pristine" "$dir"
    echo CONFIG_NR_CPUS=12 >>"$dir/xen/arch/arm/configs/arm64_defconfig"
    build --offline --xen-src "$dir"
    has "$result" CONFIG_NR_CPUS=12
    says 'Starting from the configuration xen/arch/arm/configs/arm64_defconfig'
    sed 's/^CONFIG_NR_CPUS=.*/CONFIG_NR_CPUS=11/' "$lab/good/config" >"$dir/xen/.config"
    build --offline --xen-src "$dir"
    has "$result" CONFIG_NR_CPUS=11
    says "Starting from the configuration $dir/xen/.config, not from arm64_defconfig of that tree"
    forget
}

@test "config: after all that, the checkout is up to date" {
    plain_is_good
}
