# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests for each architecture are made of, on arm32: as far as they need
# it, in the words of arm64. The registers are as rustc chose them for the component.

        .arch   armv8-a
        .arch_extension crc
        .fpu    crypto-neon-fp-armv8
        .syntax unified

x1      .req    r1
w3      .req    r3

        .macro  ret
        bx      lr
        .endm

        .macro  cbnz register, target
        cmp     \register, #0
        bne     \target
        .endm

        .macro  load_exclusive
        ldrexb  r4, [r0]
        .endm

        .macro  store_exclusive
        strexb  r2, r1, [r0]
        .endm

        .macro  swap_flag
1:      load_exclusive
        store_exclusive
        cbnz    w3, 1b
        .endm

        .macro  float
        vadd.f64 d0, d0, d1
        .endm
