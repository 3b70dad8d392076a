# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154  # parts share what they set
#
# git, on folders that may belong to somebody else: root in a container, or the
# user before sudo. git warns of what such a folder could have run; its makefiles
# are run here in any case.

# git_read DIR ARG…: reads there, whoever it belongs to, and changes nothing. The
# user's configuration, line ends and all, has no say. Older gits take
# safe.directory from such a file alone.
git_read() {
    [[ -e $scratch/git/.gitconfig ]] || {
        mkdir -p "$scratch/git"
        printf '[safe]\n\tdirectory = *\n' >"$scratch/git/.gitconfig"
    }
    env HOME="$scratch/git" GIT_CONFIG_NOSYSTEM=1 GIT_OPTIONAL_LOCKS=0 \
        git -c core.fsmonitor=false -C "$@"
}

# git_describe DIR ARG…: names the commit there. git would write what it finds out
# to the index.
git_describe() {
    local index
    index=$(git_read "$1" rev-parse --git-path index) || return
    [[ $index == /* ]] || index=$1/$index
    [[ ! -e $index ]] || cp -- "$index" "$scratch/git/index"
    GIT_INDEX_FILE=$scratch/git/index git_read "$1" describe --always --dirty --abbrev=40 "${@:2}"
}

# git_fetch DIR ARG…: fetches into the repository DIR, as the user is set up to
# reach the network.
git_fetch() {
    printf '[safe]\n\tdirectory = *\n[include]\n\tpath = %s\n' "${HOME-}/.gitconfig" >"$scratch/gitconfig"
    logged env GIT_CONFIG_GLOBAL="$scratch/gitconfig" git -c safe.directory='*' -C "$1" fetch "${@:2}"
}
