# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests for each architecture are made of, on arm64. The registers are
# as rustc chose them for the component.

        .arch   armv9-a+crypto+hbc+memtag+mops+sme

        .macro  load_exclusive
        ldaxrb  w19, [x8]
        .endm

        .macro  store_exclusive
        stlxrb  w9, wzr, [x8]
        .endm

        .macro  swap_flag
1:      load_exclusive
        store_exclusive
        cbnz    w3, 1b
        .endm

        .macro  float
        fadd    d0, d0, d1
        .endm
