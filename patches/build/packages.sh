# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# Packages of the distribution. Nothing that is installed is removed for one.

as_root=(sudo -n)
((EUID != 0)) || as_root=(env)

# at_least WANTED VERSION
at_least() {
    [[ $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]
}

# can_install: whether there is an apt-get, and root may be had for it.
can_install() {
    command -v apt-get >/dev/null && "${as_root[@]}" true 2>/dev/null
}

# use_root: apt-get as root, in $apt_get. sudo itself would drop what the network
# needs.
use_root() {
    local name
    apt_get=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive)
    for name in http_proxy https_proxy ftp_proxy no_proxy; do
        [[ -z ${!name-} ]] || apt_get+=("$name=${!name}")
    done
    apt_get+=(apt-get)
}
use_root

# update_lists: apt-get update, which by itself does not wait for another apt that has
# the lists locked.
update_lists() {
    local said='' second
    for ((second = 0; second < 300; second++)); do
        if said=$("${apt_get[@]}" update 2>&1 </dev/null); then
            printf '%s\n' "$said"
            return 0
        fi
        [[ $said == */var/lib/apt/lists/lock* ]] || break
        sleep 1
    done
    printf '%s\n' "$said"
    return 1
}

# removed_for [OPTION…] PACKAGE…: what apt would remove to install these.
removed_for() {
    { apt-get -s install --no-install-recommends "$@" 2>/dev/null || true; } |
        sed -n 's/^Remv \([^ ]*\).*/\1/p' | paste -sd' '
}

# suites_of PACKAGE…: where the installed ones come from.
suites_of() {
    apt-cache policy "$@" 2>/dev/null |
        awk '$1 == "***" { here = 1; next } here && /^ *[0-9]+ [a-z]+:/ { sub("/.*", "", $3); print $3; next } { here = 0 }' |
        sort -u
}

# plan_install PACKAGE…: the command that installs them, in $apt_install. A
# package that does not go with what is there, apt would make room for; the suite
# from which that was installed may have one that goes with it. Those that have
# none are left out, and in $left_out, with what is in their way in $in_the_way.
plan_install() {
    local suite package flags=(-y -o DPkg::Lock::Timeout=300 --no-install-recommends --no-remove) rest=()
    left_out=()
    apt_install=("${apt_get[@]}" install "${flags[@]}" "$@")
    in_the_way=$(removed_for "$@")
    [[ -n $in_the_way ]] || return 0
    # shellcheck disable=SC2086  # one word for each package
    for suite in $(suites_of $in_the_way); do
        apt-get -s install --no-install-recommends --no-remove -t "$suite" "$@" >/dev/null 2>&1 || continue
        apt_install=("${apt_get[@]}" install "${flags[@]}" -t "$suite" "$@")
        return 0
    done
    for package in "$@"; do
        if [[ -n $(removed_for "$package") ]]; then left_out+=("$package"); else rest+=("$package"); fi
    done
    apt_install=(true)
    ((${#rest[@]} == 0)) || apt_install=("${apt_get[@]}" install "${flags[@]}" "${rest[@]}")
}

# Where this machine gets its Debian from.
sites() {
    # shellcheck disable=SC2016  # apt expands it
    apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 2>/dev/null |
        grep -E '/debian(-security)?/?$' | sort -u
}
