// SPDX-License-Identifier: GPL-2.0-only

//! Mutants of what a shutdown leaves to be sent.

use super::killed;
use crate::component::{Component, Words};

/// Nothing is flagged again: it is lost. Upstream does so.
#[derive(Default)]
struct NotFlaggedAgain(Words);

impl Component for NotFlaggedAgain {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_again(&self, _vcpu: usize, _own: bool, _foreign: bool) {}
}

/// What another domain removed is not flagged again.
#[derive(Default)]
struct OwnAlone(Words);

impl Component for OwnAlone {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_again(&self, vcpu: usize, own: bool, _foreign: bool) {
        if own {
            self.0.own[vcpu].flag();
        }
    }
}

/// What the vCPU itself removed is not flagged again.
#[derive(Default)]
struct ForeignAlone(Words);

impl Component for ForeignAlone {
    fn words(&self) -> &Words {
        &self.0
    }

    fn flag_again(&self, vcpu: usize, _own: bool, foreign: bool) {
        if foreign {
            self.flag_foreign(vcpu);
        }
    }
}

killed! {
    not_flagged_again: suspend::<NotFlaggedAgain>,
        "the guest runs on while the emulator maps a removed page";
    own_alone: suspend_and_foreign_removal::<OwnAlone>,
        "the guest runs on while the emulator maps a removed page";
    foreign_alone: suspend_and_own_removal::<ForeignAlone>,
        "the guest runs on while the emulator maps a removed page";
}
