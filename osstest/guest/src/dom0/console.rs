// SPDX-License-Identifier: GPL-2.0-only

//! Lines on Xen's console.

use crate::{low::hypercall::console, protocol::Text};
use core::fmt;

/// No line is longer; should one be, its beginning is what matters.
const LINE: usize = 768;

/// Prints a line, at once, so that Xen's own messages do not get into it.
pub(crate) fn line(text: fmt::Arguments<'_>) {
    let line = Text::<LINE>::new();
    line.set(format_args!("{text}\n"));
    console::write(line.copy().as_str().as_bytes());
}
