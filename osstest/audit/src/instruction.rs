// SPDX-License-Identifier: GPL-2.0-only

//! The instructions that are known, and what each does.
//!
//! Only what the tables name is known. When a compiler starts to use another
//! instruction, the audit fails until somebody has looked at it and added it here.

use Op::{
    Call, CallUnknown, FullBarrier, Jump, JumpUnknown, LoadExclusive, Memory, Plain,
    ReleaseBarrier, Return, Stop, StoreByte, StoreExclusive, Swap, Unknown,
};
use Order::{Relaxed, Release};

/// Whose instructions a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// `AArch64`, little-endian.
    Arm64,
    /// `AArch32`, little-endian, of whose instruction sets A32 alone.
    Arm32,
    /// RV64, with or without compressed instructions: objects alone.
    Riscv64,
}

/// What an instruction does, as far as any rule asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Works on registers.
    Plain,
    /// Reads or writes memory in a way that has no name below.
    Memory,
    /// Stores a byte.
    StoreByte(Order),
    /// Loads a byte exclusively.
    LoadExclusive,
    /// Stores a byte if still exclusive.
    StoreExclusive(Order),
    /// Swaps a byte in one step.
    Swap(Order),
    /// Orders all memory accesses before it against all after it, for the
    /// inner shareable domain or more.
    FullBarrier,
    /// Orders all memory accesses before it against all stores after it.
    ReleaseBarrier,
    /// Goes elsewhere.
    Jump,
    /// Goes elsewhere and comes back.
    Call,
    /// Goes to where a register says, and comes back.
    CallUnknown,
    /// Goes to where a register says.
    JumpUnknown,
    /// Goes back to the caller.
    Return,
    /// Goes nowhere.
    Stop,
    /// Is in no table: may do anything.
    Unknown,
}

/// What a store says of the memory accesses before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Nothing.
    Relaxed,
    /// All of them come first.
    Release,
}

const ARM64: &[(Op, &str)] = &[
    (
        Plain,
        "add adds adr adrp and ands asr bfi bfxil bic bics ccmn ccmp cinc cinv clz cmn cmp cneg \
         csel cset csetm csinc csinv csneg dmb dsb eon eor extr isb lsl lsr madd mneg mov movk \
         movn movz msub mul mvn neg negs nop orn orr rbit rev rev16 rev32 ror sbfiz sbfx sdiv \
         smull sub subs sxtb sxth sxtw tst ubfiz ubfx udiv umulh umull uxtb uxth",
    ),
    (
        Memory,
        "ldar ldarb ldarh ldaxr ldaxrh ldp ldpsw ldr ldrb ldrh ldrsb ldrsh ldrsw ldur ldurb \
         ldurh ldxr ldxrh stlr stlrh stlxr stlxrh stp str strh stur sturh stxr stxrh",
    ),
    (StoreByte(Relaxed), "strb sturb"),
    (StoreByte(Release), "stlrb"),
    (LoadExclusive, "ldaxrb ldxrb"),
    (StoreExclusive(Relaxed), "stxrb"),
    (StoreExclusive(Release), "stlxrb"),
    (Swap(Relaxed), "swpab swpb"),
    (Swap(Release), "swpalb swplb"),
    (Jump, "b cbnz cbz tbnz tbz"),
    (Call, "bl"),
    (CallUnknown, "blr"),
    (JumpUnknown, "br"),
    (Return, "ret"),
    (Stop, "brk udf"),
];

const ARM32: &[(Op, &str)] = &[
    (
        Plain,
        "adc adcs add adds and ands asr asrs bfc bfi bic bics clz cmn cmp dmb dsb eor eors isb \
         lsl lsls lsr lsrs mla mls mov movs movt movw mul mvn mvns nop orr orrs rbit rev rev16 \
         ror rrx rsb rsbs rsc rscs sbc sbcs sbfx sdiv smull sub subs sxtb sxth teq tst ubfx \
         udiv umlal umull uxtb uxth",
    ),
    (
        Memory,
        "ldaex ldm ldmda ldmdb ldmib ldr ldrb ldrd ldrex ldrexd ldrexh ldrh ldrsb ldrsh pop push \
         stlex stm stmda stmdb stmia stmib str strd strex strexd strexh strh",
    ),
    (StoreByte(Relaxed), "strb"),
    (StoreByte(Release), "stlb"),
    (LoadExclusive, "ldaexb ldrexb"),
    (StoreExclusive(Relaxed), "strexb"),
    (StoreExclusive(Release), "stlexb"),
    (Jump, "b"),
    (Call, "bl"),
    (CallUnknown, "blx"),
    (JumpUnknown, "bx"),
    (Stop, "bkpt udf"),
];

// As objdump names them: what is compressed or has an immediate is called as what is
// not and has none. A byte is swapped by an access to the word that holds it: with a
// mask, where the new value is 0.
const RISCV64: &[(Op, &str)] = &[
    (
        Plain,
        "add addi addiw addw and andi auipc div divu divuw divw fence li lui mul mulh mulhu mulw \
         mv neg negw nop not or ori rem remu remuw remw seqz sext.b sext.h sext.w sgtz sll slli \
         slliw sllw slt slti sltiu sltu sltz snez sra srai sraiw sraw srl srli srliw srlw sub \
         subw xor xori zext.b zext.h zext.w",
    ),
    (Memory, "amoadd.d amoadd.w lb lbu ld lh lhu lw lwu sd sh sw"),
    (StoreByte(Relaxed), "sb"),
    (Swap(Relaxed), "amoand.w amoand.w.aq"),
    (Swap(Release), "amoand.w.aqrl amoand.w.rl"),
    (
        Jump,
        "beq beqz bge bgeu bgez bgt bgtu bgtz ble bleu blez blt bltu bltz bne bnez j",
    ),
    (CallUnknown, "jal jalr"),
    (JumpUnknown, "jr"),
    (Return, "ret"),
    (Stop, "ebreak unimp"),
];

const CONDITIONS: &str = "eq ne cs cc mi pl vs vc hi ls ge lt gt le";

/// Those that branch on a condition which is no part of their name: A64's and RISC-V's.
const ON_REGISTER: &str = "cbnz cbz tbnz tbz beq beqz bge bgeu bgez bgt bgtu bgtz ble bleu blez \
                           blt bltu bltz bne bnez";

fn is_one_of(name: &str, names: &str) -> bool {
    names.split(' ').any(|one| one == name)
}

/// What the instruction with this name and these operands, as objdump prints them,
/// does; and whether it does that on a condition, and otherwise nothing.
#[must_use]
pub fn classify(machine: Machine, name: &str, operands: &str) -> (Op, bool) {
    let table = match machine {
        Machine::Arm64 => ARM64,
        Machine::Arm32 => ARM32,
        Machine::Riscv64 => RISCV64,
    };
    let known = |name| table.iter().find(|(_, names)| is_one_of(name, names));
    let (name, conditional) = match known(name) {
        Some(_) => (name, is_one_of(name, ON_REGISTER)),
        None => (without_condition(machine, name).unwrap_or(name), true),
    };
    let Some(&(op, _)) = known(name) else {
        return (Unknown, false);
    };
    let op = match (name, operands) {
        ("dmb", "ish" | "sy") | ("fence", "" | "rw,rw") => FullBarrier,
        ("fence", "rw,w") => ReleaseBarrier,
        ("bx", "lr") | ("mov", "pc, lr") => Return,
        ("pop", _) if operands.contains("pc}") => Return,
        _ if operands.starts_with("pc,") || operands.contains("pc}") => JumpUnknown,
        // To Thumb code, which is not supported.
        ("blx", _) if operands.contains('<') => Unknown,
        _ => op,
    };
    (op, conditional)
}

/// `b.eq` on arm64, on which no other instruction has a condition in its name.
fn without_condition(machine: Machine, name: &str) -> Option<&str> {
    let (base, condition) = name.split_at_checked(name.len().checked_sub(2)?)?;
    let base = match machine {
        Machine::Arm64 => base.strip_suffix('.')?,
        Machine::Arm32 => base,
        Machine::Riscv64 => return None,
    };
    is_one_of(condition, CONDITIONS).then_some(base)
}

#[cfg(test)]
mod tests;
