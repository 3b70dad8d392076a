# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2154  # build-xen.sh sets them
#
# Splices the patches and the component into upstream's tree. Part of build-xen.sh,
# which sources it.

# The input stamp of a tree, the component aside.
splice_id() {
    printf '%s\n' "$source_id"
    ((${#patches[@]} == 0)) || cat -- "${patches[@]}" | sha256sum
}

# The text of patch $1 for the tree $2. Up to Xen 4.18 what is in
# arch/arm/mmu/p2m.c was in arch/arm/p2m.c.
patch_for() {
    local rule=
    [[ -e $2/xen/arch/arm/mmu/p2m.c ]] || rule='s,xen/arch/arm/mmu/p2m\.c,xen/arch/arm/p2m.c,'
    sed "$rule" "$1"
}

apply_patches() {
    local patch
    for patch in "${patches[@]}"; do
        patch_for "$patch" "$scratch/xen" >"$scratch/text"
        if ! patch -d "$scratch/xen" -p1 -f -F0 --dry-run <"$scratch/text" >"$scratch/patch" 2>&1; then
            cat "$scratch/patch" >>"$log"
            die "$EX_PATCH" "A patch does not apply to this Xen." \
                "$(basename -- "$patch"):
$(awk '/^checking file/ { file = $3 } /^\|\+\+\+ b/ { file = substr($2, 3) } /FAILED|No file/ { print file ": " $0 }' "$scratch/patch")
in $source_note" \
                "Xen $line as upstream has it" \
                'Build another version of this line, or rebase the patch. No tree was changed.'
        fi
        patch -d "$scratch/xen" -p1 -f -F0 -s --no-backup-if-mismatch <"$scratch/text" >>"$log"
    done
}

# Brings this checkout's component into tree $1, changed files alone, so that
# make sees what is new.
splice_component() {
    local rust=$1/xen/rust file
    mkdir -p "$rust" "$scratch/rust"
    tar -C "$repo" -cf - "${component[@]}" | tar -C "$scratch/rust" -xf -
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
    # Xen's makefiles read this. All trees share the metadata of core.
    printf 'XEN_RUST_CORE := %s\n' "$work/core" >"$scratch/.config"
    cmp -s "$scratch/.config" "$1/.config" || cp "$scratch/.config" "$1/.config"
}

# Makes $tree what it is to be. One that is there is replaced when it is whole.
make_tree() {
    local staged=$tree
    if [[ $(cat "$tree/.spliced" 2>/dev/null) != "$(splice_id)" ]]; then
        staged=$scratch/xen
        ((${#patches[@]} == 0)) || step "Applying ${#patches[@]} patches for Xen $line"
        apply_patches
        keep_hand "$staged"
    fi
    if [[ -z $upstream ]]; then
        has_rust
        # shellcheck source=/dev/null
        source "$scratch/toolchain"
        export RUSTC
        splice_component "$staged"
    fi
    if [[ $staged != "$tree" ]]; then
        splice_id >"$staged/.spliced"
        # Aside first: a tree that is half removed could be taken for a whole one.
        [[ ! -e $tree ]] || mv -- "$tree" "$scratch/old"
        mv -- "$staged" "$tree"
        rm -rf -- "$scratch/old"
    fi
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-${source_date:-$(stat -c %Y "$tree/Config.mk")}}
}

# The part of this repository that Xen's tree has.
component=(xen-rs/src ffi/src ffi/include cbits)
