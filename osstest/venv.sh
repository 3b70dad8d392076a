# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Tools from PyPI, each set in a virtual environment of its own below .build,
# of the very files that its requirements.txt names by hash. The one that sources
# this sets repo, and has sourced lib.sh.

# venv NAME REQUIREMENTS: sees to it that .build/venv-NAME is there with these,
# and names it in $venv. Its programs are for `"$venv/bin/python" -m MODULE`.
venv() {
    local name=$1 requirements=$2 python made_of why
    venv=$repo/.build/venv-$name
    python=$(PATH=/usr/bin:$PATH type -P python3 || true)
    [[ $python ]] && "$python" -c 'import ensurepip' 2>/dev/null || python=$(python_from_debian)
    # A virtual environment knows its own path, and the Python it is of.
    made_of=$(echo "$venv" "$("$python" --version)" && cat -- "$requirements")
    mkdir -p -- "$repo/.build"
    {
        flock 9
        if [[ $(cat -- "$venv/made-of" 2>/dev/null) != "$made_of" ]]; then
            say "Installing $name and what it needs from PyPI" >&2
            rm -rf -- "$venv"
            why=$({ "$python" -m venv "$venv" &&
                "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
                    --no-input --only-binary :all: --require-hashes --requirement "$requirements"
            } 2>&1 9>&- </dev/null) ||
                die "Cannot install $name from PyPI." "$(tail -n 5 <<<"$why")" \
                    "what $requirements names" 'See that pip can reach its index, and run it again.'
            printf '%s\n' "$made_of" >"$venv/made-of"
        fi
    } 9>"$repo/.build/venv-$name.lock"
}

python_from_debian() {
    local why as_root=(sudo -n)
    ((EUID != 0)) || as_root=(env)
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
        die 'Python cannot make virtual environments here.' 'no ensurepip' \
            "Debian's python3-venv, or what it holds" 'apt-get install python3-venv, as root'
    fi
    say 'Installing python3-venv' >&2
    why=$({
        "${as_root[@]}" apt-get -q -o DPkg::Lock::Timeout=300 update &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 \
                install -y --no-install-recommends python3-venv
    } 2>&1 </dev/null) || die 'Cannot install python3-venv.' "$(tail -n 5 <<<"$why")" python3-venv \
        'Install it by hand: apt-get install python3-venv'
    echo /usr/bin/python3
}
