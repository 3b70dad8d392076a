# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154  # build-xen.sh sets them
#
# What makes upstream's tree ours: the patches, and the component. Part of
# build-xen.sh, which sources it.

# What a tree was made of, the component aside.
splice_id() {
    printf '%s\n' "$source_id"
    ((${#patches[@]} == 0)) || cat -- "${patches[@]}" | sha256sum
}

apply_patches() {
    local patch
    for patch in "${patches[@]}"; do
        if ! patch -d "$scratch/xen" -p1 -f -F0 --dry-run <"$patch" >"$scratch/patch" 2>&1; then
            cat "$scratch/patch" >>"$log"
            die "$EX_PATCH" "A patch does not apply to this Xen." \
                "$(basename -- "$patch"):
$(awk '/^checking file/ { file = $3 } /^\|\+\+\+ b/ { file = substr($2, 3) } /FAILED|No file/ { print file ": " $0 }' "$scratch/patch")
in $source_note" \
                "Xen $line as upstream has it" \
                'Build another version of this line, or rebase the patch. No tree was changed.'
        fi
        patch -d "$scratch/xen" -p1 -f -F0 -s --no-backup-if-mismatch <"$patch" >>"$log"
    done
}

# Brings this checkout's component into tree $1, changed files alone, so that
# make and cargo see what is new.
splice_component() {
    local rust=$1/xen/rust
    mkdir -p "$rust" "$scratch/rust"
    tar -C "$repo" --exclude=target -cf - xen-rs ffi cbits | tar -C "$scratch/rust" -xf -
    # The workspace of the tree has no osstest.
    sed 's/^members = .*/members = ["xen-rs", "ffi"]/' "$repo/Cargo.toml" >"$scratch/rust/Cargo.toml"
    if ! cmp -s "$repo/Cargo.lock" "$rust/.Cargo.lock.orig" ||
        ! cmp -s "$scratch/rust/Cargo.toml" "$rust/Cargo.toml"; then
        step "Fetching the crates that the build needs"
        cp "$repo/Cargo.lock" "$scratch/rust/"
        logged "$CARGO" fetch --manifest-path "$scratch/rust/Cargo.toml" \
            --target "$("$RUSTC" -vV | sed -n 's/^host: //p')" ||
            die "$EX_SOURCE" 'Cannot get the crates that the build needs.' "$(log_tail 6)" \
                "what Cargo.lock lists" 'Check the network; offline, run once with it.'
    else
        cp "$rust/Cargo.lock" "$scratch/rust/"
    fi

    local file
    (cd "$scratch/rust" && find . -type f | sort) >"$scratch/files"
    if [[ -e $rust/.files ]]; then
        comm -13 "$scratch/files" "$rust/.files" | while read -r file; do
            rm -f -- "$rust/$file"
        done
    fi
    while read -r file; do
        cmp -s "$scratch/rust/$file" "$rust/$file" && continue
        mkdir -p "$(dirname -- "$rust/$file")"
        cp -- "$scratch/rust/$file" "$rust/$file"
    done <"$scratch/files"
    cp "$scratch/files" "$rust/.files"
    # Last: it says that the Cargo.lock beside it is of this one.
    cp "$repo/Cargo.lock" "$rust/.Cargo.lock.orig"
}

# Gives the new tree $1 what cargo compiled of others' crates for a tree that is
# there, so that bindgen is not compiled for each. Cargo tells a workspace's own
# crates apart by their place in it alone, so it would take that tree's for this
# one's: they are forgotten.
borrow_crates() {
    local from to=$1/xen/rust/target
    for from in "$tree" "$work"/tree/*; do
        from=$from/xen/rust/target
        [[ -d $from ]] && break
    done
    [[ -d $from ]] || return 0
    if ! cp -a -- "$from" "$to" 2>>"$log" ||
        ! logged "$CARGO" clean --offline --release --manifest-path "$1/xen/rust/Cargo.toml" \
            --target "$rust_target" --target-dir "$to" --package xen-rs --package ffi; then
        rm -rf -- "$to"
    fi
}
