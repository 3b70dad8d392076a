// SPDX-License-Identifier: GPL-2.0-only

//! Encodings, each with what GNU objdump 2.40 makes of it.

use super::*;

const HERE: u64 = 0x1000;

fn always(op: Op) -> Insn {
    Insn {
        op,
        conditional: false,
        unit: None,
    }
}

fn perhaps(op: Op) -> Insn {
    Insn {
        conditional: true,
        ..always(op)
    }
}

fn float(op: Op) -> Insn {
    Insn {
        unit: Some(Unit::Float),
        ..always(op)
    }
}

#[track_caller]
fn assert_decoded<const N: usize>(table: [(u32, Insn, &str); N]) {
    for (word, insn, text) in table {
        assert_eq!(decode(word, HERE), insn, "{word:08x} {text}");
    }
}

#[test]
fn floating_point_and_vectors() {
    assert_decoded([
        (0xee30_0b01, float(Op::Plain), "vadd.f64 d0, d0, d1"),
        // Where it does nothing, it still is one.
        (
            0x1e30_0a81,
            Insn {
                conditional: true,
                ..float(Op::Plain)
            },
            "vaddne.f32 s0, s1, s2",
        ),
        (0xee30_0981, float(Op::Plain), "vadd.f16 s0, s1, s2"),
        (0xee00_0a10, float(Op::Plain), "vmov s0, r0"),
        (0xec51_0b10, float(Op::Memory), "vmov r0, r1, d0"),
        (0xeeb7_0a00, float(Op::Plain), "vmov.f32 s0, #1.0"),
        (0xeeb4_1b40, float(Op::Plain), "vcmp.f64 d1, d0"),
        (0xeeb8_0be0, float(Op::Plain), "vcvt.f64.s32 d0, s1"),
        (0xfe01_0b02, float(Op::Plain), "vseleq.f64 d0, d1, d2"),
        (0xfe80_0a81, float(Op::Plain), "vmaxnm.f32 s0, s1, s2"),
        (0xfebc_0ae0, float(Op::Plain), "vcvta.s32.f32 s0, s1"),
        (0xfeb8_0a60, float(Op::Plain), "vrinta.f32 s0, s1"),
        (0xfeb0_0ae0, float(Op::Plain), "vins.f16 s0, s1"),
        (0xed91_0b00, float(Op::Memory), "vldr d0, [r1]"),
        (0xed81_0a00, float(Op::Memory), "vstr s0, [r1]"),
        (0xed91_0900, float(Op::Memory), "vldr.16 s0, [r1]"),
        (0xed2d_8b04, float(Op::Memory), "vpush {d8-d9}"),
        (0xecbd_8b02, float(Op::Memory), "vpop {d8}"),
        (0xecb0_0a04, float(Op::Memory), "vldmia r0!, {s0-s3}"),
        (0xeef1_0a10, float(Op::Plain), "vmrs r0, fpscr"),
        (0xeee1_0a10, float(Op::Plain), "vmsr fpscr, r0"),
        (0xeef1_fa10, float(Op::Plain), "vmrs apsr_nzcv, fpscr"),
        (0xf280_0050, float(Op::Plain), "vmov.i32 q0, #0"),
        (0xf220_0842, float(Op::Plain), "vadd.i32 q0, q0, q1"),
        (0xeea0_1b10, float(Op::Plain), "vdup.32 q0, r1"),
        (0xee20_0b10, float(Op::Plain), "vmov.32 d0[1], r0"),
        (0xf200_0152, float(Op::Plain), "vand q0, q0, q1"),
        (0xf421_070f, float(Op::Memory), "vld1.8 {d0}, [r1]"),
        (0xf401_008d, float(Op::Memory), "vst4.32 {d0-d3}, [r1]!"),
        (0xf4a1_088f, float(Op::Memory), "vld1.32 {d0[1]}, [r1]"),
        (0xf4a1_0c0f, float(Op::Memory), "vld1.8 {d0[]}, [r1]"),
        (0xf3b0_0302, float(Op::Plain), "aese.8 q0, q1"),
        (0xf202_0c44, float(Op::Plain), "sha1c.32 q0, q1, q2"),
        (0xfcb2_0844, float(Op::Memory), "vcmla.f32 q0, q1, q2, #90"),
        (0xfc92_0844, float(Op::Memory), "vcadd.f32 q0, q1, q2, #90"),
        (0xfc22_0d54, float(Op::Memory), "vudot.u8 q0, q1, q2"),
        (0xfe21_0d02, float(Op::Plain), "vsdot.s8 d0, d1, d2[0]"),
        (0xfc20_0891, float(Op::Memory), "vfmal.f16 d0, s1, s2"),
        (0xfc02_0d44, float(Op::Memory), "vdot.bf16 q0, q1, q2"),
        (0xfc02_0c44, float(Op::Memory), "vmmla.bf16 q0, q1, q2"),
        (0xfc22_0c44, float(Op::Memory), "vsmmla.s8 q0, q1, q2"),
        (0xf3b6_0642, float(Op::Plain), "vcvt.bf16.f32 d0, q1"),
    ]);
}

#[test]
fn branches() {
    assert_decoded([
        (0xea00_0000, always(Op::Jump(HERE + 8)), "b .+8"),
        (0xeaff_fffd, always(Op::Jump(HERE - 4)), "b .-4"),
        (0x0a00_0000, perhaps(Op::Jump(HERE + 8)), "beq .+8"),
        (0xeb00_0000, always(Op::Call(HERE + 8)), "bl .+8"),
        (0xebff_fbfe, always(Op::Call(HERE - 4096)), "bl .-4096"),
        (0x1b00_0000, perhaps(Op::Call(HERE + 8)), "blne .+8"),
        (0xfa00_0000, always(Op::Call(HERE + 8)), "blx .+8"),
        (0xfb00_0000, always(Op::Call(HERE + 10)), "blx .+10"),
        (0xe12f_ff10, always(Op::JumpUnknown), "bx r0"),
        (0xe12f_ff20, always(Op::JumpUnknown), "bxj r0"),
        (0xe12f_ff1e, always(Op::Return), "bx lr"),
        (0x012f_ff1e, perhaps(Op::Return), "bxeq lr"),
        (0xe1a0_f00e, always(Op::Return), "mov pc, lr"),
        (0x01a0_f00e, perhaps(Op::Return), "moveq pc, lr"),
        (0xe1a0_f000, always(Op::JumpUnknown), "mov pc, r0"),
        (0xe1b0_f00e, always(Op::JumpUnknown), "movs pc, lr"),
        (0xe08f_f000, always(Op::JumpUnknown), "add pc, pc, r0"),
        (
            0x908f_f101,
            perhaps(Op::JumpUnknown),
            "addls pc, pc, r1, lsl #2",
        ),
        (0xe25e_f004, always(Op::JumpUnknown), "subs pc, lr, #4"),
        (0xe3e0_f000, always(Op::JumpUnknown), "mvn pc, #0"),
        (0xe12f_ff33, always(Op::CallUnknown), "blx r3"),
        (0xe49d_f004, always(Op::Return), "ldr pc, [sp], #4"),
        (0x049d_f004, perhaps(Op::Return), "ldreq pc, [sp], #4"),
        (0xe590_f000, always(Op::JumpUnknown), "ldr pc, [r0]"),
        (0xe51f_f004, always(Op::JumpUnknown), "ldr pc, [pc, #-4]"),
        (
            0xe790_f101,
            always(Op::JumpUnknown),
            "ldr pc, [r0, r1, lsl #2]",
        ),
        (0x08bd_8c10, perhaps(Op::Return), "popeq {r4, sl, fp, pc}"),
        (0xe890_8002, always(Op::JumpUnknown), "ldm r0, {r1, pc}"),
        (
            0xe91b_a800,
            always(Op::JumpUnknown),
            "ldmdb fp, {fp, sp, pc}",
        ),
        (0xe8fd_ffff, always(Op::JumpUnknown), "ldm sp!, {r0-r15}^"),
        (0xe120_0071, always(Op::Stop), "bkpt #1"),
        (0xe100_0071, always(Op::Stop), "hlt #1"),
        (0xe7f0_00f1, always(Op::Stop), "udf #1"),
        (0xe8bd_8010, always(Op::Return), "pop {r4, pc}"),
        (0xef00_0000, always(Op::CallUnknown), "svc #0"),
        (0xef00_0a10, always(Op::CallUnknown), "svc #0xa10"),
        (0xe140_ea71, always(Op::CallUnknown), "hvc #0xea1"),
        (0xe160_0070, always(Op::CallUnknown), "smc #0"),
    ]);
}

#[test]
fn memory() {
    assert_decoded([
        (0xe880_8002, always(Op::Memory), "stm r0, {r1, pc}"),
        (0xe580_f000, always(Op::Memory), "str pc, [r0]"),
        (0xe1d0_4e9f, always(Op::LoadExclusive), "ldaexb r4, [r0]"),
        (
            0xe1c0_2e91,
            always(Op::StoreExclusive(Order::Release)),
            "stlexb r2, r1, [r0]",
        ),
        (0x11d0_4f9f, perhaps(Op::LoadExclusive), "ldrexbne r4, [r0]"),
        (
            0x01c0_2f91,
            perhaps(Op::StoreExclusive(Order::Relaxed)),
            "strexbeq r2, r1, [r0]",
        ),
        (0xe1f0_4f9f, always(Op::Memory), "ldrexh r4, [r0]"),
        (0xe190_4f9f, always(Op::Memory), "ldrex r4, [r0]"),
        (0xe180_2f91, always(Op::Memory), "strex r2, r1, [r0]"),
        (0xe1e0_2f91, always(Op::Memory), "strexh r2, r1, [r0]"),
        (0xe1b0_4f9f, always(Op::Memory), "ldrexd r4, r5, [r0]"),
        (0xe1a0_2f94, always(Op::Memory), "strexd r2, r4, r5, [r0]"),
        (0xe190_4e9f, always(Op::Memory), "ldaex r4, [r0]"),
        (0xe180_2e91, always(Op::Memory), "stlex r2, r1, [r0]"),
        (0xe1d0_4c9f, always(Op::Memory), "ldab r4, [r0]"),
        (0xe1c0_fc94, always(Op::Memory), "stlb r4, [r0]"),
        (0xfd90_5e00, always(Op::Memory), "ldc2 p14, c5, [r0]"),
        (0xe591_0000, always(Op::Memory), "ldr r0, [r1]"),
        (0xe7d1_0002, always(Op::LoadByte), "ldrb r0, [r1, r2]"),
        (0x05d4_098f, perhaps(Op::LoadByte), "ldrbeq r0, [r4, #2447]"),
        (
            0xe5c0_11ab,
            always(Op::StoreByte(Order::Relaxed)),
            "strb r1, [r0, #427]",
        ),
        (
            0x15c4_098e,
            perhaps(Op::StoreByte(Order::Relaxed)),
            "strbne r0, [r4, #2446]",
        ),
        (0xe1c2_00d0, always(Op::Memory), "ldrd r0, r1, [r2]"),
        (0xe1c1_00b0, always(Op::Memory), "strh r0, [r1]"),
        (0xe0d1_00d1, always(Op::Memory), "ldrsb r0, [r1], #1"),
        (0xe92d_4c10, always(Op::Memory), "push {r4, sl, fp, lr}"),
        (0xe890_0006, always(Op::Memory), "ldm r0, {r1, r2}"),
        (0xe1d0_4f9f, always(Op::LoadExclusive), "ldrexb r4, [r0]"),
        (
            0xe1c0_2f91,
            always(Op::StoreExclusive(Order::Relaxed)),
            "strexb r2, r1, [r0]",
        ),
        (0xf57f_f05b, always(Op::FullBarrier), "dmb ish"),
        (0xf57f_f05f, always(Op::FullBarrier), "dmb sy"),
        (0xec51_0f07, always(Op::Memory), "mrrc p15, 0, r0, r1, c7"),
        (0xec41_0f62, always(Op::Memory), "mcrr p15, 6, r0, r1, c2"),
        (0xed90_5e00, always(Op::Memory), "ldc p14, c5, [r0]"),
        // Of older processors, and not to be assembled for newer.
        (0xe142_0091, always(Op::Memory), "swpb r0, r1, [r2]"),
    ]);
}

#[test]
fn the_rest() {
    assert_decoded([
        (0xe160_006e, always(Op::Unknown), "eret"),
        (0xf8bd_0a00, always(Op::Unknown), "rfeia sp!"),
        (0xf96d_0513, always(Op::Unknown), "srsdb sp!, #19"),
        (0xfe01_0f51, always(Op::Plain), "mcr2 p15, 0, r0, c1, c1, 2"),
        (0xf57f_f01f, always(Op::Plain), "clrex"),
        (0xf5d0_f000, always(Op::Plain), "pld [r0]"),
        (0xf590_f000, always(Op::Plain), "pldw [r0]"),
        (0xf4d0_f000, always(Op::Plain), "pli [r0]"),
        (0xf7d0_f001, always(Op::Plain), "pld [r0, r1]"),
        (0xf57f_f05a, always(Op::Plain), "dmb ishst"),
        (0xf57f_f059, always(Op::Plain), "dmb ishld"),
        (0xf57f_f057, always(Op::Plain), "dmb nsh"),
        (0xf57f_f04b, always(Op::Plain), "dsb ish"),
        (0xf57f_f06f, always(Op::Plain), "isb"),
        (0xee1d_0f90, always(Op::Plain), "mrc p15, 0, r0, c13, c0, 4"),
        (0xee81_0f51, always(Op::Plain), "mcr p15, 4, r0, c1, c1, 2"),
        (0xee10_0e11, always(Op::Plain), "mrc p14, 0, r0, c0, c1, 0"),
        (0xee07_0fba, always(Op::Plain), "mcr p15, 0, r0, c7, c10, 5"),
        (0xf10c_0080, always(Op::Plain), "cpsid i"),
        (0xf10a_01d3, always(Op::Plain), "cpsie aif, #19"),
        (0xf101_0200, always(Op::Plain), "setend be"),
        (0xe121_f000, always(Op::Plain), "msr cpsr_c, r0"),
        (0xe10f_0000, always(Op::Plain), "mrs r0, cpsr"),
        (0xe14f_0000, always(Op::Plain), "mrs r0, spsr"),
        (0xe12e_f300, always(Op::Plain), "msr elr_hyp, r0"),
        (0xe320_f000, always(Op::Plain), "nop"),
        (0xe320_f001, always(Op::Plain), "yield"),
        (0xe320_f003, always(Op::Plain), "wfi"),
        (0xe320_f0f1, always(Op::Plain), "dbg #1"),
        (0xe301_0111, always(Op::Plain), "movw r0, #4369"),
        (0xe340_0001, always(Op::Plain), "movt r0, #1"),
        (0x13a0_4001, perhaps(Op::Plain), "movne r4, #1"),
        (0xe081_0002, always(Op::Plain), "add r0, r1, r2"),
        (0x0281_0010, perhaps(Op::Plain), "addeq r0, r1, #16"),
        (0xe091_0312, always(Op::Plain), "adds r0, r1, r2, lsl r3"),
        (0xe352_0000, always(Op::Plain), "cmp r2, #0"),
        (0xe110_0001, always(Op::Plain), "tst r0, r1"),
        (0xe130_0001, always(Op::Plain), "teq r0, r1"),
        (0xe170_0001, always(Op::Plain), "cmn r0, r1"),
        (0xe000_0291, always(Op::Plain), "mul r0, r1, r2"),
        (0xe081_0392, always(Op::Plain), "umull r0, r1, r2, r3"),
        (0xe020_3291, always(Op::Plain), "mla r0, r1, r2, r3"),
        (0xe160_0281, always(Op::Plain), "smulbb r0, r1, r2"),
        (0xe16f_0f11, always(Op::Plain), "clz r0, r1"),
        (0xe102_0051, always(Op::Plain), "qadd r0, r1, r2"),
        (0xe101_0042, always(Op::Plain), "crc32b r0, r1, r2"),
        (0xe730_f211, always(Op::Plain), "udiv r0, r1, r2"),
        (0xe6af_0071, always(Op::Plain), "sxtb r0, r1"),
        (0xe651_0f92, always(Op::Plain), "uadd8 r0, r1, r2"),
        (0xe780_3211, always(Op::Plain), "usada8 r0, r1, r2, r3"),
        (0xe7c2_0091, always(Op::Plain), "bfi r0, r1, #1, #2"),
        (0xe7e1_00d1, always(Op::Plain), "ubfx r0, r1, #1, #2"),
        (0xe6bf_0f31, always(Op::Plain), "rev r0, r1"),
        (0xe681_0fb2, always(Op::Plain), "sel r0, r1, r2"),
        (0xff00_0000, always(Op::Unknown), "unallocated"),
    ]);
}

/// Addresses have 32 bits, and so has the offset of a branch that goes round.
#[test]
fn a_branch_stays_in_the_address_space() {
    assert_eq!(decode(0xeaff_fffd, 0).op, Op::Jump(0xffff_fffc), "b .-4");
    assert_eq!(decode(0xeb00_0000, 0xffff_fff8).op, Op::Call(0), "bl .+8");
}
