// SPDX-License-Identifier: GPL-2.0-only

//! What an image is: where it starts and how it ends.

use super::hypercall::sched;
use core::fmt;

/// A guest image.
pub trait Role {
    /// Runs on each vCPU from its start.
    fn main(vcpu: usize) -> !;

    /// Reports that this guest cannot go on.
    fn die(why: fmt::Arguments<'_>) -> !;

    /// Ends this guest: turns it off, or reports why it cannot go on.
    fn end(result: Result<(), impl fmt::Display>) -> ! {
        match result {
            Ok(()) => sched::power_off(),
            Err(why) => Self::die(format_args!("{why}")),
        }
    }

    /// The timer of this vCPU has interrupted it, and is off; whether Xen has
    /// preempted a hypercall for that. Interrupts are masked.
    fn interrupt(preempted: bool) {
        die(format_args!(
            "unexpected interrupt, of a hypercall: {preempted}"
        ));
    }
}

/// Makes a binary the image of a [`Role`].
#[macro_export]
macro_rules! role {
    ($role:ty) => {
        #[unsafe(no_mangle)]
        extern "C" fn guest_main(vcpu: usize, device_tree: usize) -> ! {
            if vcpu == 0 {
                $crate::low::arguments::found(device_tree);
            }
            <$role as $crate::low::guest::Role>::main(vcpu)
        }

        #[unsafe(no_mangle)]
        fn guest_die(why: core::fmt::Arguments<'_>) -> ! {
            <$role as $crate::low::guest::Role>::die(why)
        }

        #[unsafe(no_mangle)]
        fn guest_interrupted(preempted: bool) {
            <$role as $crate::low::guest::Role>::interrupt(preempted)
        }

        #[panic_handler]
        fn panic(info: &core::panic::PanicInfo<'_>) -> ! {
            let message = info.message();
            match info.location() {
                Some(place) => guest_die(format_args!("panic: {message} ({place})")),
                None => guest_die(format_args!("panic: {message}")),
            }
        }
    };
}

unsafe extern "Rust" {
    /// Defined by [`role!`].
    safe fn guest_die(why: fmt::Arguments<'_>) -> !;
    /// As well.
    #[cfg(target_arch = "aarch64")]
    safe fn guest_interrupted(preempted: bool);
}

/// Hands an interrupt to the image that this is part of.
#[cfg(target_arch = "aarch64")]
pub(super) fn interrupt(preempted: bool) {
    guest_interrupted(preempted);
}

/// Ends the image that this is part of.
pub fn die(why: fmt::Arguments<'_>) -> ! {
    guest_die(why)
}
