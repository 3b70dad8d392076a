# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154
#
# Tools from PyPI, each set in a virtual environment of its own below .build,
# of the very files that its requirements.txt names by hash. The one that sources
# this sets repo, and has sourced lib.sh and need.sh.

# venv NAME REQUIREMENTS: sees to it that .build/venv-NAME is there with these,
# and names it in $venv. Its programs are for `"$venv/bin/python" -m MODULE`.
venv() {
    local name=$1 requirements=$2 stamp why PATH=/usr/bin:$PATH
    need_what python3-venv "Python's ensurepip" python3 -m ensurepip --version
    venv=$repo/.build/venv-$name
    # Nothing beside the sources.
    export PYTHONDONTWRITEBYTECODE=1
    # A virtual environment knows its own path, and the Python it is of.
    stamp=$(echo "$venv" "$(python3 --version)" && cat -- "$requirements")
    mkdir -p -- "$repo/.build"
    {
        flock 9
        if ! has_stamp "$venv/input-stamp" "$stamp"; then
            say "Installing $name and what it needs from PyPI" >&2
            rm -rf -- "$venv"
            why=$({ python3 -m venv "$venv" &&
                "$venv/bin/python" -m pip install --quiet --disable-pip-version-check \
                    --no-input --only-binary :all: --require-hashes --requirement "$requirements"
            } 2>&1 9>&- </dev/null) ||
                die "Cannot install $name from PyPI." "$(tail -n 5 <<<"$why")" \
                    "what $requirements names" 'See that pip can reach its index, and run it again.'
            printf '%s\n' "$stamp" >"$venv/input-stamp"
        fi
    } 9>"$repo/.build/venv-$name.lock"
}
