# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# How trees are compiled whose xen is compared byte for byte. What is set aside:
#
#   line numbers       the patches move lines, and Xen bakes __LINE__ into bug frames
#                      and messages: it is 0
#   numbers in names   a table that GCC makes of a switch is named CSWTCH.NUMBER, which
#                      Xen's table of symbols has, and a header more changes the
#                      number: there are no such tables
#   order of operands  which of two GCC names first in a comparison depends on what else
#                      is inlined into the function: nothing is that does not ask for
#                      it. GCC cannot say then what is initialized, so it does not

# comparable DIR: the compiler's options, one of which names a file in DIR.
comparable() {
    # A redefinition of a builtin macro is an error but in a system header.
    cat >"$1/line.h.new" <<'END'
#pragma GCC system_header
#undef __LINE__
#define __LINE__ 0
END
    cmp -s "$1/line.h.new" "$1/line.h" || cp -- "$1/line.h.new" "$1/line.h"
    echo "-include $1/line.h -fno-tree-switch-conversion -fno-inline-functions" \
        -fno-inline-functions-called-once -fno-inline-small-functions -Wno-maybe-uninitialized
}
