// SPDX-License-Identifier: GPL-2.0-only

//! Text that crosses from one guest to the other.

use core::{
    fmt::{self, Write},
    sync::atomic::{AtomicU8, AtomicU32, Ordering},
};

/// As long as a text on the page can be.
const TEXT: usize = 512;

/// Text of so many bytes at most, for instance such as crosses from one guest to the
/// other.
pub struct Text<const N: usize = TEXT> {
    len: AtomicU32,
    bytes: [AtomicU8; N],
}

impl Default for Text {
    fn default() -> Self {
        Self::new()
    }
}

impl<const N: usize> Text<N> {
    /// An empty one.
    pub const fn new() -> Self {
        Self {
            len: AtomicU32::new(0),
            bytes: [const { AtomicU8::new(0) }; N],
        }
    }

    /// Makes it empty.
    pub fn clear(&self) {
        self.len.store(0, Ordering::Release);
    }

    /// Replaces it; what is too long is cut off.
    pub fn set(&self, text: fmt::Arguments<'_>) {
        let mut end = End { text: self, len: 0 };
        // Only running out of space can fail, and what fits is kept.
        let _cut = end.write_fmt(text);
        self.len.store(end.len, Ordering::Release);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len.load(Ordering::Acquire) == 0
    }

    /// A copy, which does not change any more.
    pub fn copy(&self) -> Snapshot<N> {
        let len = self.len.load(Ordering::Acquire) as usize;
        Snapshot {
            bytes: self
                .bytes
                .each_ref()
                .map(|byte| byte.load(Ordering::Relaxed)),
            len: len.min(N),
        }
    }
}

struct End<'a, const N: usize> {
    text: &'a Text<N>,
    len: u32,
}

impl<const N: usize> Write for End<'_, N> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for &byte in text.as_bytes() {
            let place = self.text.bytes.get(self.len as usize).ok_or(fmt::Error)?;
            place.store(byte, Ordering::Relaxed);
            self.len += 1;
        }
        Ok(())
    }
}

/// A copy of a [`Text`].
pub struct Snapshot<const N: usize = TEXT> {
    bytes: [u8; N],
    len: usize,
}

impl<const N: usize> Snapshot<N> {
    /// As much of it as is UTF-8.
    pub fn as_str(&self) -> &str {
        let bytes = &self.bytes[..self.len];
        bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid())
    }
}

impl<const N: usize> fmt::Display for Snapshot<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.bytes[..self.len].utf8_chunks() {
            f.write_str(chunk.valid())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_survives_the_page_and_is_cut_to_fit() {
        let text = Text::<TEXT>::new();
        text.set(format_args!("{}-{}", "a", 1));
        assert_eq!(text.copy().to_string(), "a-1");
        assert_eq!(text.copy().as_str(), "a-1");
        text.set(format_args!("{:600}", ""));
        assert_eq!(text.copy().to_string().len(), TEXT);
        text.clear();
        assert!(text.is_empty());
    }
}
