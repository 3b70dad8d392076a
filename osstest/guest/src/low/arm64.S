// SPDX-License-Identifier: GPL-2.0-only

// The arm64 Image header that Xen's kernel_zimage64_probe() looks for, the way
// from reset to guest_main(), and the exception vectors.

    .section .head, "ax"
    .global _start
_start:
    b       primary
    .long   0
    .quad   0                           // text_offset
    .quad   __image_end - _start        // image_size
    .quad   0                           // flags: little endian, any page size
    .quad   0, 0, 0
    .ascii  "ARM\x64"
    .long   0

// vCPU 0 starts here, with the MMU off.
primary:
    mov     x20, x0                     // the device tree
    adr     x9, _start                  // linked at 0: the load offset
    adrp    x10, __reloc_start
    add     x10, x10, :lo12:__reloc_start
    adrp    x11, __reloc_end
    add     x11, x11, :lo12:__reloc_end
1:  cmp     x10, x11
    b.hs    2f
    ldp     x12, x13, [x10], #16        // r_offset, r_info
    ldr     x14, [x10], #8              // r_addend
    cmp     x13, #1027                  // R_AARCH64_RELATIVE
    b.ne    unknown_relocation
    add     x14, x14, x9
    str     x14, [x9, x12]
    b       1b
2:  dsb     ish
    mov     x0, #0
    b       enter

unknown_relocation:
    wfi
    b       unknown_relocation

// The other vCPUs start here. The number is MPIDR's and not the context of CPU_ON
// in x0: if that vCPU is still on its way out of CPU_OFF, Xen may put the result of
// CPU_OFF there afterwards.
secondary:
    mrs     x0, mpidr_el1
    and     x0, x0, #0xf                // Aff0: the number, below 16

// Map everything 1:1 as Normal, write-back, inner-shareable memory: Xen's ABI
// demands it of what guest and hypervisor share (public/arch-arm.h). Emulated
// registers are absent from stage 2, so that nothing can speculate into them.
enter:
    mov     x1, #0xff                   // attribute 0: Normal, write-back
    msr     mair_el1, x1
    // IPS 40 bits | EPD1 | SH0 inner | ORGN0, IRGN0 write-back | T0SZ 39 bits
    ldr     x1, =(2 << 32 | 1 << 23 | 3 << 12 | 1 << 10 | 1 << 8 | 25)
    msr     tcr_el1, x1
    adrp    x1, {page_table}
    add     x1, x1, :lo12:{page_table}
    msr     ttbr0_el1, x1
    tlbi    vmalle1
    dsb     ish
    ic      iallu
    dsb     ish
    isb
    mrs     x1, sctlr_el1
    mov     x2, #0x1005                 // M | C | I
    orr     x1, x1, x2
    msr     sctlr_el1, x1
    isb

    adrp    x1, {stacks}
    add     x1, x1, :lo12:{stacks}
    add     x2, x0, #1
    mov     x3, #{stack_size}
    madd    x1, x2, x3, x1
    mov     sp, x1
    adrp    x1, vectors
    add     x1, x1, :lo12:vectors
    msr     vbar_el1, x1
    msr     tpidr_el1, x0
    isb
    mov     x1, x20
    bl      guest_main
    b       unknown_relocation
    .ltorg

// guest_cpu_on(vcpu) -> PSCI status
    .global guest_cpu_on
guest_cpu_on:
    mov     x1, x0                      // MPIDR: Aff0 is the number below 16
    adr     x2, secondary
    ldr     x0, =0xc4000003             // PSCI CPU_ON, 64-bit
    hvc     #0
    ret
    .ltorg

// Nothing here expects an exception, but for an interrupt while the guest is in
// its own mode with its own stack, and an abort of guest_try_access(): each vector
// reports and gives up.
    .balign 2048
vectors:
    .set    number, 0
    .rept   16
    .balign 128
    .if     number == 4
    b       synchronous
    .endif
    .if     number == 5
    b       interrupt
    .endif
    mrs     x0, esr_el1
    mrs     x1, elr_el1
    mrs     x2, far_el1
    mov     x3, #number
    b       guest_exception
    .set    number, number + 1
    .endr

// Passes over an access that may fail, and says that it did; or gives up, when
// x16 and x17 do not matter any more.
synchronous:
    mrs     x16, elr_el1
    adr     x17, try_read
    cmp     x16, x17
    b.eq    1f
    adr     x17, try_write
    cmp     x16, x17
    b.eq    1f
    mrs     x0, esr_el1
    mov     x1, x16
    mrs     x2, far_el1
    mov     x3, #4
    b       guest_exception
1:  add     x16, x16, #4
    msr     elr_el1, x16
    mov     x2, #1
    eret

// guest_try_access(address, value): reads 32 bits and writes them; whether one of the
// two is aborted.
    .global guest_try_access
guest_try_access:
    mov     x2, #0
try_read:
    ldr     w3, [x0]
try_write:
    str     w1, [x0]
    mov     x0, x2
    ret

// Stores or loads, by `stp` or `ldp`, what a call may change.
    .macro  kept, access
    \access x0, x1, [sp]
    \access x2, x3, [sp, #16]
    \access x4, x5, [sp, #32]
    \access x6, x7, [sp, #48]
    \access x8, x9, [sp, #64]
    \access x10, x11, [sp, #80]
    \access x12, x13, [sp, #96]
    \access x14, x15, [sp, #112]
    \access x16, x17, [sp, #128]
    \access x18, x30, [sp, #144]
    .endm

// guest_interrupt(pc, x0), with what a call may change kept.
interrupt:
    sub     sp, sp, #176
    kept    stp
    mrs     x0, elr_el1
    mrs     x1, spsr_el1
    stp     x0, x1, [sp, #160]
    ldr     x1, [sp]
    bl      guest_interrupt
    ldp     x0, x1, [sp, #160]
    msr     elr_el1, x0
    msr     spsr_el1, x1
    kept    ldp
    add     sp, sp, #176
    eret

// guest_cpu_off(): returns only if it fails.
    .global guest_cpu_off
guest_cpu_off:
    ldr     x0, =0x84000002             // PSCI CPU_OFF
    hvc     #0
    ret
    .ltorg

// guest_restart(device_tree): starts the image anew on vCPU 0, as kexec starts a
// kernel: interrupts masked, the MMU and the caches off, the device tree in x0.
    .global guest_restart
guest_restart:
    msr     daifset, #0xf
    adrp    x2, _start
    add     x2, x2, :lo12:_start
    adrp    x3, __image_end
    add     x3, x3, :lo12:__image_end
    mrs     x4, ctr_el0
    ubfx    x4, x4, #16, #4             // DminLine: words of a cache line, log2
    mov     x5, #4
    lsl     x5, x5, x4
1:  dc      civac, x2                   // what follows does not look into caches
    add     x2, x2, x5
    cmp     x2, x3
    b.lo    1b
    dsb     sy
    mrs     x1, sctlr_el1
    mov     x2, #0x1005                 // M | C | I
    bic     x1, x1, x2
    msr     sctlr_el1, x1
    isb
    b       _start
