// SPDX-License-Identifier: GPL-2.0-only

// The zImage header that Xen's kernel_zimage32_probe() looks for, the way from
// reset to guest_main(), and the exception vectors.

    .arm
    .arch_extension virt
    .section .head, "ax"
    .global _start
_start:
    .rept   8
    nop
    .endr
    b       primary
    .long   0x016f2818
    .long   0                           // start: anywhere
    .long   __image_end - _start

// The address of a symbol, as code has it that may be anywhere.
    .macro  address_of reg, symbol
    ldr     \reg, 8f
    add     \reg, \reg, pc              // pc is two instructions on: at 8
    b       9f
8:  .long   \symbol - 8b
9:
    .endm

// vCPU 0 starts here, with the MMU off.
primary:
    mov     r10, r2                     // the device tree
    address_of r4, _start               // linked at 0: the load offset
    address_of r5, __reloc_start
    address_of r6, __reloc_end
1:  cmp     r5, r6
    bhs     2f
    ldmia   r5!, {{r7, r8}}             // r_offset, r_info
    cmp     r8, #23                     // R_ARM_RELATIVE
    bne     unknown_relocation
    ldr     r9, [r4, r7]
    add     r9, r9, r4
    str     r9, [r4, r7]
    b       1b
2:  dsb     ish
    mov     r0, #0
    b       enter

unknown_relocation:
    wfi
    b       unknown_relocation

// The other vCPUs start here. The number is MPIDR's and not the context of CPU_ON
// in r0: if that vCPU is still on its way out of CPU_OFF, Xen may put the result of
// CPU_OFF there afterwards.
secondary:
    mrc     p15, 0, r0, c0, c0, 5       // MPIDR
    and     r0, r0, #0xf                // Aff0: the number, below 16

// Map everything 1:1 as Normal, write-back, inner-shareable memory: Xen's ABI
// demands it of what guest and hypervisor share (public/arch-arm.h). Emulated
// registers are absent from stage 2, so that nothing can speculate into them.
enter:
    mov     r1, #0xff                   // attribute 0: Normal, write-back
    mcr     p15, 0, r1, c10, c2, 0      // MAIR0
    // EAE | EPD1 | SH0 inner | ORGN0, IRGN0 write-back | T0SZ 32 bits
    ldr     r1, =(1 << 31 | 1 << 23 | 3 << 12 | 1 << 10 | 1 << 8)
    mcr     p15, 0, r1, c2, c0, 2       // TTBCR
    isb
    address_of r1, {page_table}
    mov     r2, #0
    mcrr    p15, 0, r1, r2, c2          // TTBR0
    mcr     p15, 0, r2, c8, c7, 0       // TLBIALL
    mcr     p15, 0, r2, c7, c5, 0       // ICIALLU
    mcr     p15, 0, r2, c7, c5, 6       // BPIALL
    dsb     ish
    isb
    mrc     p15, 0, r1, c1, c0, 0
    orr     r1, r1, #0x1000             // I
    orr     r1, r1, #5                  // M | C
    mcr     p15, 0, r1, c1, c0, 0       // SCTLR
    isb

    address_of r1, {stacks}
    add     r2, r0, #1
    ldr     r3, ={stack_size}
    mla     sp, r2, r3, r1
    address_of r1, vectors
    mcr     p15, 0, r1, c12, c0, 0      // VBAR
    mcr     p15, 0, r0, c13, c0, 4      // TPIDRPRW
    isb
    mov     r1, r10
    bl      guest_main
    b       unknown_relocation
    .ltorg

// guest_cpu_on(vcpu) -> PSCI status
    .global guest_cpu_on
guest_cpu_on:
    mov     r1, r0                      // MPIDR: Aff0 is the number below 16
    address_of r2, secondary
    ldr     r0, =0x84000003             // PSCI CPU_ON, 32-bit
    hvc     #0
    bx      lr
    .ltorg

// guest_cpu_off(): returns only if it fails.
    .global guest_cpu_off
guest_cpu_off:
    ldr     r0, =0x84000002             // PSCI CPU_OFF
    hvc     #0
    bx      lr
    .ltorg

// Nothing here expects an exception: each vector reports and gives up, in the
// mode that has a stack.
    .macro  vector number
vector\number:
    mov     r3, #\number
    b       give_up
    .endm

    .balign 32
vectors:
    b       vector0                     // reset
    b       vector1                     // undefined instruction
    b       vector2                     // supervisor call
    b       vector3                     // prefetch abort
    b       vector4                     // data abort
    b       vector5                     // not used
    b       vector6                     // interrupt
    b       vector7                     // fast interrupt

    .irp    number, 0, 1, 2, 3, 4, 5, 6, 7
    vector  \number
    .endr

give_up:
    mov     r1, lr
    cps     #0x13                       // supervisor
    cmp     r3, #4
    mrceq   p15, 0, r0, c5, c0, 0       // DFSR
    mrceq   p15, 0, r2, c6, c0, 0       // DFAR
    mrcne   p15, 0, r0, c5, c0, 1       // IFSR
    mrcne   p15, 0, r2, c6, c0, 2       // IFAR
    b       guest_exception
