# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash disable=SC2034,SC2154  # parts share what they set
#
# What was built: is it what it should be, and where it goes.

symbols() {
    local tool
    tool nm
    "${tool[@]}" "$tree/xen/xen-syms" | awk '{ print $NF }' | sort -u
}

# not_verified FAILED FOUND WANTED: the tree is not used again.
not_verified() {
    rm -f -- "$tree/.spliced"
    die "$EX_BUILD" "$1" "$2" "$3" "Run it again, which makes the tree anew. If that does not help, clean what
is kept with rm -r '$tree' and report this, with the log: $log"
}

verify() {
    local exports linked
    step "Verifying"
    exports=$(sed -n 's/^[a-z].*[ *]\(xen_rs_[a-z0-9_]*\)(.*/\1/p' "$repo/ffi/include/xen_rs.h" | sort)
    linked=$(symbols | grep '^xen_rs_' || true)
    if [[ -n $upstream ]]; then
        [[ -z $linked ]] ||
            not_verified "This is not upstream's Xen." "$linked in xen-syms" 'no such symbol'
        return
    fi
    [[ $linked == "$exports" ]] ||
        not_verified 'The component is not linked as it should be.' "${linked:-no export} in xen-syms" "$exports"
    # Not grep -q, which would end before `symbols` and so have the pipe fail.
    if symbols | grep -x ioreq_request_mapcache_invalidate >/dev/null; then
        not_verified "The C version is still there." 'ioreq_request_mapcache_invalidate in xen-syms' \
            'the component alone'
    fi
}

component_version() {
    if [[ -e $repo/SHA256SUMS ]]; then
        # A release: see dist.sh.
        echo "$(sed -n '1s/^# //p' "$repo/SHA256SUMS")$(cd -- "$repo" &&
            sha256sum --status -c SHA256SUMS 2>/dev/null || echo ', with changes')"
    else
        git_describe "$repo" --match 'v[0-9]*' 2>/dev/null || echo 'not from git'
    fi
}

build_info() {
    echo "xen:            $line $arch${debug:+ debug}"
    echo "source:         $source_note"
    if [[ -n $upstream ]]; then
        echo "component:      none, as upstream"
    else
        echo "component:      $(component_version)"
        echo "patches:        $(cat -- "${patches[@]}" | sha256sum | cut -d' ' -f1)"
        echo "rustc:          $("$RUSTC" --version)"
        echo "core:           $([[ $RUST_CORE_SRC ]] && echo 'metadata made from source' || echo "the toolchain's")"
    fi
    compiler_info
    echo "make:           $(make --version | sed -n 1p)"
    echo "source date:    $SOURCE_DATE_EPOCH"
    config_info
    (cd "$tree/xen" && sha256sum xen xen-syms .config) |
        awk '{ sub(/^\./, "", $2); printf "%-16s%s\n", "sha256 " $2 ":", $1 }'
}

publish() {
    local info new=$out/.$name.new
    result=$out/$name
    info=$(build_info)
    rm -rf -- "$new"
    if ! { mkdir "$new" && cp "$tree/xen/xen" "$tree/xen/xen-syms" "$new/" &&
        cp "$tree/xen/.config" "$new/config" && printf '%s\n' "$info" >"$new/build-info.txt"; } 2>>"$log"; then
        die "$EX_WRITE" "Cannot write to $out." "$(log_tail 2; df -h "$out" | tail -n 1)" 'room for 4 MB' \
            'Make room, or name another folder with --out DIR.'
    fi
    [[ -z $board ]] || write_boot_files "$new"
    # From here it takes no time, and there is nothing left to interrupt.
    trap '' INT TERM HUP
    rm -rf -- "$result"
    mv -T -- "$new" "$result"
}
