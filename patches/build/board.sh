# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# Boards by name: a file of patches/boards each, which patches/boards/README.md explains.

boards() {
    find "$repo/patches/boards" -type f ! -name README.md -printf '%f\n' | sort
}

# of_board NAME: what its file says, into $setting.
of_board() {
    setting=() said_at=()
    read_settings "$repo/patches/boards/$1" board
}

list_boards() {
    local name
    for name in $(boards); do
        of_board "$name"
        printf '%s\n    %s; %s%s\n    tested: %s\n' "$name" "${setting[BOARD]}" "${setting[ARCH]// /, }" \
            "${setting[SINCE]:+; Xen ${setting[SINCE]} or later}" "${setting[TESTED]}"
    done
}

# use_board: sees that there is $board, and says for which architecture to build, into
# $arch.
use_board() {
    boards | grep -xF -- "$board" >/dev/null ||
        bad_usage "--board $board" "one of: $(boards | paste -sd' ')" \
            './build-xen.sh --list-boards says what they are. For one that is not there, write a
file as patches/boards/README.md says; or build without --board.'
    of_board "$board"
    arch=${arch:-${setting[ARCH]%% *}}
    [[ " ${setting[ARCH]} " == *" $arch "* ]] ||
        bad_usage "--board $board with --arch $arch" "--arch ${setting[ARCH]// / or }, as this board is"
}

# check_board_line: that $line has the drivers of $board.
check_board_line() {
    local since=${setting[SINCE]-} branch
    [[ -n $since ]] && ! at_least "$since" "$line" || return 0
    branch=$(line_says "$since" ref)
    bad_usage "--board $board with Xen $line" "Xen $since or later, the first with a driver for its UART" \
        "./build-xen.sh --board $board --git-ref $branch"
}

# config_board: what the board asks of Xen's configuration, before what --config does.
config_board() {
    local options=() option
    read -ra options <<<"${setting[KCONFIG]-}${early_printk:+ ${setting[EARLY_PRINTK]}}"
    for option in "${options[@]}"; do
        fragments+=CONFIG_$option$'\n'
    done
}
