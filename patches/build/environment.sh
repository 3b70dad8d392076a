# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# What the shell exports has no influence on a build, but through what is listed
# here (and in --help). Part of build-xen.sh.

# What build-xen.sh itself reads, and what it starts needs to be found.
readonly let_through=(PATH HOME TMPDIR XDG_CACHE_HOME SOURCE_DATE_EPOCH CROSS_COMPILE
    RUSTC CARGO RUSTUP_HOME RUSTUP_TOOLCHAIN CCACHE_DIR XEN_GIT_URL)
# What apt and git need to reach the network.
readonly let_to_network=(http_proxy https_proxy ftp_proxy all_proxy no_proxy
    HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY
    SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE GIT_SSL_CAINFO GIT_SSL_CAPATH
    GIT_SSH GIT_SSH_COMMAND GIT_ASKPASS SSH_ASKPASS SSH_AUTH_SOCK APT_CONFIG)
# Of these, what the makefiles and the compilers see.
readonly let_to_make=(PATH HOME RUSTC RUSTUP_HOME RUSTUP_TOOLCHAIN CCACHE_DIR)
# What is the same in every run; messages can be searched.
readonly always=(LC_ALL=C TZ=UTC)

# values_of NAME…: NAME=VALUE for those that are set, in $values.
values_of() {
    local name
    values=()
    for name in "$@"; do
        [[ -z ${!name+set} ]] || values+=("$name=${!name}")
    done
}

# clean_environment COMMAND…: starts the command again, without what is not
# listed, if there is any of that. bash itself sets the last four.
clean_environment() {
    local values found word known=" ${let_through[*]} ${let_to_network[*]} PWD OLDPWD SHLVL _ "
    umask 022
    mapfile -d '' -t found < <(env -0)
    for word in "${found[@]}"; do
        [[ " ${always[*]} " == *" $word "* || $known == *" ${word%%=*} "* ]] && continue
        values_of "${let_through[@]}" "${let_to_network[@]}"
        # shellcheck disable=SC2093  # there is but one of it
        exec env -i "${values[@]}" "${always[@]}" "$BASH" "$@"
    done
    # One that is left out is no listed one.
    for word in "${always[@]}"; do
        export "${word?}"
    done
}

# with_environment [NAME=VALUE…] COMMAND…: runs the command into the log, with
# what the makefiles see alone.
with_environment() {
    local values
    values_of "${let_to_make[@]}"
    logged env -i "${values[@]}" "${always[@]}" TMPDIR="$scratch" "$@"
}
