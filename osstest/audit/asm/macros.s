# SPDX-License-Identifier: GPL-2.0-only
#
# For the tests, on each architecture, what tells the assembler of a function.

# function NAME: begins a global function, which `end` ends.
        .macro  function name
        .text
        .globl  \name
        .type   \name, %function
\name:
        .macro  end
        .size   \name, . - \name
        .purgem end
        .endm
        .endm

# function_calls NAME, CALLEE…: one that calls each, and returns.
        .macro  function_calls name, callees:vararg
        function \name
        .irp    callee, \callees
        bl      \callee
        .endr
        ret
        end
        .endm

# function_ends NAME, CALLEE: one whose call is the last thing that it does.
        .macro  function_ends name, callee
        function \name
        b       \callee
        end
        .endm
