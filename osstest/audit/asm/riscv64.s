# SPDX-License-Identifier: GPL-2.0-only
#
# What the tests for each architecture are made of, on RISC-V: as far as they need it,
# in the words of arm64. The registers are as rustc chose them for the component.

        .option norelax

        .macro  dmb domain
        fence   rw, rw
        .endm

        .macro  strb register, address
        sb      a2, 0(a1)
        .endm

        .macro  cbnz register, target
        bnez    a3, \target
        .endm

        .macro  bl callee
        call    \callee
        .endm

        .macro  swap_flag
        amoand.w.aqrl s4, a0, (a1)
        .endm

        .macro  float
        fadd.d  fa0, fa0, fa1
        .endm
