// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing::{assemble, listing};

/// Each of the instructions, separated by `; `, does this.
#[track_caller]
fn assert_all(machine: Machine, instructions: &str, op: Op, conditional: bool) {
    let object = assemble(machine, &format!("0: {instructions}"));
    let seen = listing(machine, &object).unwrap().instructions;
    assert_eq!(seen.len(), instructions.split("; ").count());
    for one in seen {
        assert_eq!((one.op, one.conditional), (op, conditional), "{}", one.text);
    }
}

#[test]
fn what_each_does_on_arm64() {
    for (op, instructions) in [
        (Jump, "b 0b; b other"),
        (Call, "bl 0b; bl other"),
        (CallUnknown, "blr x8"),
        (JumpUnknown, "br x16"),
        (Return, "ret; ret x1"),
        (Stop, "brk #1; udf #1; udf #0"),
        (FullBarrier, "dmb ish; dmb sy"),
        (LoadExclusive, "ldaxrb w19, [x8]; ldxrb w19, [x8]"),
        (StoreExclusive(Release), "stlxrb w9, wzr, [x8]"),
        (StoreExclusive(Relaxed), "stxrb w9, wzr, [x8]"),
        (Swap(Release), "swpalb w0, w0, [x1]; swplb w0, w0, [x1]"),
        (Swap(Relaxed), "swpab w0, w0, [x1]; swpb w0, w0, [x1]"),
        (StoreByte(Release), "stlrb w9, [x10]"),
        (
            StoreByte(Relaxed),
            "strb wzr, [x8, #587]; strb w0, [x1, x2]; sturb w0, [x1, #-1]",
        ),
        (
            Memory,
            "ldaxrh w19, [x8]; ldarb w19, [x8]; ldrb w8, [x19, #3806]; ldurb w0, [x1, #-1]; \
             ldrh w8, [x0, #3808]; ldr x0, [x1]; ldr x0, [x1, x2]; ldr x0, 0b; \
             stp x30, x19, [sp, #-16]!; ldp x30, x19, [sp], #16; ldpsw x0, x1, [x2]",
        ),
        (
            Plain,
            "dmb ishld; dmb ishst; dmb nsh; dsb ish; isb; nop; add x0, x1, #16; add x0, x1, x2; \
             madd x0, x1, x2, x3; udiv x0, x1, x2; clz x0, x1; cset w0, ne; adrp x0, 0b",
        ),
        (
            Unknown,
            "eret; braa x1, x1; blraa x1, x1; retaa; hlt #0; hvc #234; svc #0; smc #0; \
             .inst 0x02000000; swpalh w0, w0, [x1]; swpal x0, x0, [x1]; casal x0, x1, [x2]; \
             caspal x0, x1, x2, x3, [x4]; prfm pldl1keep, [x0]; stg x0, [x0]; \
             ldaprb w0, [x1]; cpyfp [x0]!, [x1]!, x2!; cpyp [x0]!, [x1]!, x2!; \
             setgp [x0]!, x1!, x2; mrs x0, tpidr_el0; mrs x1, tpidr_el1; msr cptr_el2, x0; \
             mrs x0, nzcv; mrs x0, trfcr_el1; mrs x0, cpacr_el1; dc zva, x0; \
             msr daifset, #15; msr dit, #1; crc32x w0, w1, x2; bc.eq 0b; \
             fadd d0, d0, d1; cmpeq p0.b, p0/z, z0.b, z1.b",
        ),
    ] {
        assert_all(Machine::Arm64, instructions, op, false);
    }
    let asking = "b.hi 0b; b.ne 0b; b.lt 0b; cbnz w9, 0b; cbz w19, 0b; cbz x8, 0b; \
                  tbz w0, #0, 0b; tbnz x0, #32, 0b";
    assert_all(Machine::Arm64, asking, Jump, true);
}

#[test]
fn what_each_does_on_riscv64() {
    for (op, instructions) in [
        (CallUnknown, "jalr a0; jalr -350(t1); jal 0b"),
        (JumpUnknown, "jr t1; jr -350(t1)"),
        (Return, "ret"),
        (Stop, "ebreak; unimp"),
        (FullBarrier, "fence rw, rw; fence"),
        (ReleaseBarrier, "fence rw, w"),
        (
            Swap(Release),
            "amoand.w.aqrl s4, a0, (a1); amoand.w.rl s4, a0, (a1)",
        ),
        (
            Swap(Relaxed),
            "amoand.w.aq s4, a0, (a1); amoand.w s4, a0, (a1)",
        ),
        (StoreByte(Relaxed), "sb a2, 835(a1)"),
        (
            Memory,
            "lb a0, 834(a0); lbu a0, 1(a1); lhu a0, 836(a0); lw a0, 0(a1); ld ra, 8(sp); \
             sd ra, 8(sp); sh a0, 2(a1); sw a0, 0(a1); amoadd.w zero, a1, (a0)",
        ),
        (
            Plain,
            "fence r, rw; fence w, w; nop; mv s0, a0; li a0, 255; lui a1, 8; auipc a1, 0; \
             addi sp, sp, -64; addw a0, a0, a1; and a0, a0, 2; not a0, a0; slli s1, s1, 3; \
             sllw a0, a0, s1; srlw a0, s4, s1; snez a0, a0; sub a0, a0, a1; mul a0, a0, a1",
        ),
        (
            Unknown,
            "csrr a0, sstatus; csrw sstatus, a0; ecall; wfi; sret; mret; sfence.vma; fence.i; \
             lr.w a0, (a1); sc.w a0, a2, (a1); amoswap.w a0, a2, (a1); amoor.w a0, a2, (a1); \
             amoand.d a0, a2, (a1); fadd.d fa0, fa0, fa1; fld fa0, 0(a0); fmv.x.d a0, fa0; \
             fsd fs0, 0(sp); rdtime a0",
        ),
    ] {
        assert_all(Machine::Riscv64, instructions, op, false);
    }
    assert_all(Machine::Riscv64, "j 0b", Jump, false);
    let asking = "beqz a0, 0b; bnez a0, 0b; blez a0, 0b; beq a0, a1, 0b; bne a0, a1, 0b; \
                  blt a0, a1, 0b; bgeu a0, a1, 0b";
    assert_all(Machine::Riscv64, asking, Jump, true);
}

#[test]
fn what_each_does_on_arm32() {
    for (op, instructions) in [
        (Jump, "b 0b; b other"),
        (Call, "bl 0b; bl other"),
        (CallUnknown, "blx r3"),
        (
            JumpUnknown,
            "bx r0; mov pc, r0; movs pc, lr; add pc, pc, r0; subs pc, lr, #4; mvn pc, #0; \
             ldr pc, [r0]; ldr pc, [pc, #-4]; ldr pc, [r0, r1, lsl #2]; ldm r0, {r1, pc}; \
             ldmdb fp, {fp, sp, pc}; .inst 0xe8fdffff",
        ),
        (
            Return,
            "bx lr; mov pc, lr; ldr pc, [sp], #4; pop {r4, pc}; pop {r4, sl, fp, pc}",
        ),
        (Stop, "bkpt #1; udf #1"),
        (FullBarrier, "dmb ish; dmb sy"),
        (LoadExclusive, "ldrexb r4, [r0]; ldaexb r4, [r0]"),
        (StoreExclusive(Release), "stlexb r2, r1, [r0]"),
        (StoreExclusive(Relaxed), "strexb r2, r1, [r0]"),
        (StoreByte(Release), "stlb r4, [r0]"),
        (StoreByte(Relaxed), "strb r1, [r0, #427]; strb r1, [r0, r2]"),
        (
            Memory,
            "ldrexh r4, [r0]; ldrex r4, [r0]; strex r2, r1, [r0]; strexh r2, r1, [r0]; \
             ldrexd r4, r5, [r0]; strexd r2, r4, r5, [r0]; ldaex r4, [r0]; stlex r2, r1, [r0]; \
             ldr r0, [r1]; ldrb r0, [r1, r2]; ldrd r0, r1, [r2]; strd r0, r1, [r2]; \
             strh r0, [r1]; ldrh r0, [r1]; ldrsb r0, [r1], #1; ldm r0, {r1, r2}; \
             stm r0, {r1, r2}; push {r4, sl, fp, lr}; pop {r4, lr}",
        ),
        (
            Plain,
            "dmb ishst; dmb ishld; dmb nsh; dsb ish; isb; nop; movw r0, #4369; movt r0, #1; \
             add r0, r1, r2; adds r0, r1, r2, lsl r3; rscs r0, r1, #0; cmp r2, #0; tst r0, r1; \
             teq r0, r1; cmn r0, r1; mul r0, r1, r2; umull r0, r1, r2, r3; mla r0, r1, r2, r3; \
             clz r0, r1; udiv r0, r1, r2; sxtb r0, r1; bfi r0, r1, #1, #2; ubfx r0, r1, #1, #2; \
             rev r0, r1; mls r0, r1, r2, r3; bics r0, r1, r2",
        ),
        (
            Unknown,
            "eret; rfeia sp!; srsdb sp!, #19; bxj r0; blx 0b; hlt #1; svc #0; hvc #3745; smc #0; \
             .inst 0xff000000; .inst 0xe1420091; ldc2 p14, c5, [r0]; \
             ldab r4, [r0]; mrrc p15, 0, r0, r1, c7; mcrr p15, 6, r0, r1, c2; \
             ldc p14, c5, [r0]; mcr2 p15, 0, r0, c1, c1, 2; mrc p15, 0, r0, c13, c0, 4; \
             mcr p15, 4, r0, c1, c1, 2; clrex; pld [r0]; pldw [r0]; pli [r0]; yield; wfi; dbg #1; \
             cpsid i; cpsie aif, #19; setend be; msr cpsr_c, r0; mrs r0, cpsr; mrs r0, spsr; \
             msr elr_hyp, r0; smulbb r0, r1, r2; qadd r0, r1, r2; crc32b r0, r1, r2; \
             uadd8 r0, r1, r2; usada8 r0, r1, r2, r3; sel r0, r1, r2; vadd.f64 d0, d0, d1",
        ),
    ] {
        assert_all(Machine::Arm32, instructions, op, false);
    }
    for (op, instructions) in [
        (Jump, "beq 0b; bne 0b; bls 0b; blt 0b; ble 0b; bcs 0b"),
        (Call, "bleq 0b; blne other"),
        (
            JumpUnknown,
            "addls pc, pc, r1, lsl #2; bxeq r0; ldmne r0, {pc}",
        ),
        (
            Return,
            "bxeq lr; moveq pc, lr; ldreq pc, [sp], #4; popeq {r4, sl, fp, pc}",
        ),
        (LoadExclusive, "ldrexbne r4, [r0]"),
        (StoreExclusive(Relaxed), "strexbeq r2, r1, [r0]"),
        (StoreByte(Relaxed), "strbne r0, [r4, #2446]"),
        (
            Memory,
            "ldrbeq r0, [r4, #2447]; ldrhi r0, [r1]; strls r0, [r1]",
        ),
        (
            Plain,
            "movne r4, #1; addeq r0, r1, #16; andsne r0, r1, r2; movseq r0, r1",
        ),
    ] {
        assert_all(Machine::Arm32, instructions, op, true);
    }
}
