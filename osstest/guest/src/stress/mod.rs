// SPDX-License-Identifier: GPL-2.0-only
//! later
use crate::low::{guest::Role, hypercall::sched};
/// The image.
pub struct Stress;
impl Role for Stress {
    fn main(_vcpu: usize) -> ! {
        sched::power_off()
    }
    fn die(why: core::fmt::Arguments<'_>) -> ! {
        crate::battery::dom0::fault(why)
    }
}
