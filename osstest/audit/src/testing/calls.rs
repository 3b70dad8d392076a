// SPDX-License-Identifier: GPL-2.0-only

//! Hypervisors for tests, described by which function calls which.

use super::{Asm, Build};

/// A hypervisor of which only the calls are given.
#[derive(Default)]
pub(crate) struct Calls(Vec<(String, Vec<(Instruction, String)>)>);

type Instruction = fn(i32) -> Asm;

impl Calls {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// `caller` calls `callee`.
    pub(crate) fn call(self, caller: &str, callee: &str) -> Self {
        self.branch(caller, Asm::Call, callee)
    }

    /// The last thing `caller` does is call `callee`: that needs no return.
    pub(crate) fn last_call(self, caller: &str, callee: &str) -> Self {
        self.branch(caller, Asm::Jump, callee)
    }

    /// There is a function `name`.
    pub(crate) fn function(mut self, name: &str) -> Self {
        self.entry(name);
        self
    }

    fn branch(mut self, caller: &str, instruction: Instruction, callee: &str) -> Self {
        self.entry(callee);
        self.entry(caller).push((instruction, callee.to_owned()));
        self
    }

    fn entry(&mut self, name: &str) -> &mut Vec<(Instruction, String)> {
        let at = self.0.iter().position(|(known, _)| known == name);
        let at = at.unwrap_or_else(|| {
            self.0.push((name.to_owned(), Vec::new()));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }

    /// The functions one after the other, each its branches and a return.
    pub(crate) fn build(&self) -> Build {
        let mut starts = Vec::new();
        let mut end = 0i32;
        for (name, branches) in &self.0 {
            starts.push((name, end));
            end += i32::try_from(branches.len() + 1).unwrap() * 4;
        }
        let start = |name: &String| starts.iter().find(|(known, _)| *known == name).unwrap().1;
        let offset = |at: i32| u64::try_from(at).unwrap();
        let mut text = Vec::new();
        let mut functions = Vec::new();
        for (name, branches) in &self.0 {
            let from = start(name);
            let mut at = from;
            for (instruction, callee) in branches {
                text.push(instruction(start(callee) - at));
                at += 4;
            }
            text.push(Asm::Ret);
            functions.push((name, offset(from), offset(at + 4 - from)));
        }
        let build = Build::executable(0x20_0000).text(&text);
        functions
            .into_iter()
            .fold(build, |build, (name, from, size)| {
                build.function(name, from, size)
            })
    }
}
