// SPDX-License-Identifier: GPL-2.0-only

//! The notes of a domain's vCPUs and what Xen does with them: the one place
//! where a mutant differs from what is linked into Xen.

use xen_rs::pending::Pending;

/// The most vCPUs that a model has.
pub(crate) const MAX_VCPUS: usize = 2;

/// The notes of a domain's vCPUs.
pub(crate) trait Notes: Default + Send + Sync + 'static {
    /// Notes a removal for `vcpu` to tell.
    fn request(&self, vcpu: usize);

    /// C's plain read of the note.
    fn peek(&self, vcpu: usize) -> bool;

    /// Takes the note.
    fn take(&self, vcpu: usize) -> bool;

    /// The end of `do_trap_hypercall()`. Returns whether it had to broadcast.
    fn epilogue(&self, vcpu: usize, broadcast: impl FnOnce()) -> bool {
        let noted = self.peek(vcpu) && self.take(vcpu);
        if noted {
            broadcast();
        }
        noted
    }

    /// The end of `vcpu_ioreq_handle_completion()`, likewise.
    fn completion(&self, vcpu: usize, broadcast: impl FnOnce()) -> bool {
        self.epilogue(vcpu, broadcast)
    }
}

/// What is linked into Xen: a note in each vCPU.
#[derive(Default)]
pub(crate) struct PerVcpu([Pending; MAX_VCPUS]);

impl Notes for PerVcpu {
    fn request(&self, vcpu: usize) {
        self.0[vcpu].request();
    }

    fn peek(&self, vcpu: usize) -> bool {
        self.0[vcpu].peek()
    }

    fn take(&self, vcpu: usize) -> bool {
        self.0[vcpu].take()
    }
}
