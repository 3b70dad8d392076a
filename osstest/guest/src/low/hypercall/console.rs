// SPDX-License-Identifier: GPL-2.0-only

//! `console_io`.

use super::{super::abi, call};

/// Writes text to Xen's console, which prints what the hardware domain writes
/// as it is, but a domU's in debug builds only (guest_console_write()).
pub fn write(text: &[u8]) {
    let args = [
        abi::CONSOLEIO_write as usize,
        text.len(),
        text.as_ptr().expose_provenance(),
    ];
    // SAFETY: CONSOLEIO_write only reads the text. There is nowhere to report
    // that the console fails.
    let _lost = unsafe { call(abi::__HYPERVISOR_console_io, args) };
}
