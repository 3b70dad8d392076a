# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the steps that lint share. The one that sources this sets repo, jobdir, and in
# `clippy` the words that call it; it has sourced lib.sh and need.sh, and ends
# with $status.

# What host tests compile serves here, and the other way.
target_dir=$repo/.build/cargo

# Copies with a mistake: each job has its own, as they run side by side.
mistakes=$repo/.build/with-mistake/${jobdir##*/}

# Rust that is compiled for Arm alone: ts-lint-guest and ts-lint-linux lint it.
guest_alone=(osstest/guest/src/{battery,bench,bin,differential,dom0,fuzz,low,operation,scenario,stress})
linux_alone=(osstest/emulator/src/{bin,low})

status=0
lint() {
    local name=$1 said
    shift
    if said=$("$@" 2>&1 </dev/null); then
        echo "ok $name"
    else
        printf '%s\nFAIL %s\n' "$said" "$name"
        status=1
    fi
}

# must_detect NAME WHAT COMMAND…: the command fails, and prints WHAT.
must_detect() {
    local name=$1 what=$2 said
    shift 2
    if said=$("$@" 2>&1) || [[ $said != *"$what"* ]]; then
        printf '%s\nFAIL %s\n' "$said" "$name"
        status=1
    else
        echo "ok $name"
    fi
}

# clippy_of PROJECT OPTION…: what clippy says of it, by the workspace's lints.
clippy_of() {
    "${clippy[@]}" --quiet --locked --manifest-path "$1/Cargo.toml" --target-dir "$target_dir" \
        "${@:2}" -- --deny warnings
}

# copy_with_mistake FILE: a copy of the project in which stdin is appended to FILE, in
# $copy. As that does not compile, cargo caches nothing of it.
copy_with_mistake() {
    copy=$mistakes
    rm -rf -- "$copy"
    mkdir -p "$copy"
    copy_project "$copy"
    cat >>"$copy/$1"
}

# with_mistake FILE OPTION…: what clippy says of such a copy.
with_mistake() {
    local copy
    copy_with_mistake "$1"
    clippy_of "$copy" "${@:2}"
}

# must_detect_unproven FILE OPTION…: the same for an `unsafe` at the end of FILE
# without a comment that proves it sound.
must_detect_unproven() {
    local file=$1 at
    at=$(($(wc -l <"$repo/$file") + 3)):5
    must_detect "clippy-detects-no-proof of unsafe code in $file" \
        "$file:$at: error: unsafe block missing a safety comment" \
        with_mistake "$file" --message-format=short "${@:2}" <<'END'
/// No proof.
pub fn no_proof(x: *const u8) -> u8 {
    unsafe { *x }
}
END
}

# need_clippy: the toolchain of use_rust has a clippy of its own.
need_clippy() {
    local package
    package=$(dpkg-query -S "$(readlink -f "$RUSTC")" 2>/dev/null | cut -d: -f1) || package=rustc
    clippy=("${RUSTC%/*}/cargo-clippy" clippy)
    need_what "${package/rustc/rust}-clippy" "clippy of $RUSTC" "${clippy[@]}" --version
}

# rust_below FOLDER…: the Rust there. Unit tests are the host's.
rust_below() {
    find "$@" -name '*.rs' ! -name tests.rs
}

# all_seen FOLDER: whether each of the sources that stdin names is of a crate that
# cargo has compiled into FOLDER; clippy has not seen the others.
all_seen() {
    local unseen
    mapfile -t unseen < <(comm -23 <(sort -u) \
        <(find "$1" -name '*.d' -exec sed -n 's/^\([^/].*\.rs\):$/\1/p' {} + | sort -u))
    ((${#unseen[@]} == 0)) || { printf 'No crate has %s\n' "${unseen[@]}"; return 1; }
}
