// SPDX-License-Identifier: GPL-2.0-only

//! Lines on Xen's console.

use crate::low::hypercall::console;
use core::fmt::{self, Write};

/// A line is written at once, so that Xen's own messages do not get into it.
struct Buffer {
    bytes: [u8; 768],
    len: usize,
}

impl Write for Buffer {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let free = &mut self.bytes[self.len..];
        let free = free.get_mut(..text.len()).ok_or(fmt::Error)?;
        free.copy_from_slice(text.as_bytes());
        self.len += text.len();
        Ok(())
    }
}

/// Prints a line.
pub(crate) fn line(text: fmt::Arguments<'_>) {
    let mut buffer = Buffer {
        bytes: [0; 768],
        len: 0,
    };
    // No line is that long; should one be, its beginning is what matters.
    let _cut = writeln!(buffer, "{text}");
    console::write(&buffer.bytes[..buffer.len]);
}
