// SPDX-License-Identifier: GPL-2.0-only

//! Text for people: without terminal codes, not too long, times that read well.

use chrono::DateTime;

/// What a console may say, as text that XML and HTML can hold: no escape
/// sequences, no control characters but newline and tab.
pub fn clean(bytes: &[u8]) -> String {
    // The stripper takes tabs for terminal codes, too.
    let fields: Vec<_> = bytes
        .split(|&b| b == b'\t')
        .map(strip_ansi_escapes::strip)
        .collect();
    String::from_utf8_lossy(&fields.join(&b'\t'))
        .chars()
        .filter(|&c| matches!(c, '\n' | '\t') || !(c.is_control() || is_noncharacter(c)))
        .collect()
}

/// XML 1.0 has no place for U+FFFE and U+FFFF, and HTML for none of their kind.
fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    code & 0xfffe == 0xfffe || (0xfdd0..=0xfdef).contains(&code)
}

/// The beginning of `text`, and how much was left off.
pub fn shortened(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((end, _)) => format!(
            "{} … ({} more in the log)",
            &text[..end],
            counted(text[end..].chars().count(), "character")
        ),
    }
}

/// `0:07`, `12:00`, `1:02:03`.
pub fn duration(seconds: u64) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

/// `2026-01-31 12:00:00 UTC`; the number itself if no calendar has it.
pub fn moment(epoch: i64) -> String {
    match DateTime::from_timestamp(epoch, 0) {
        Some(time) => time.format("%F %T UTC").to_string(),
        None => epoch.to_string(),
    }
}

/// `1 job`, `2 jobs`.
pub fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn console_noise_goes_and_words_stay() {
        assert_eq!(
            clean(b"\x1b[1;31mred\x1b[0m\x07 \0pl\x0bain\r\n\ttab"),
            "red plain\n\ttab"
        );
        assert_eq!(clean("naïve <&> “quoted”".as_bytes()), "naïve <&> “quoted”");
        assert_eq!(clean("a\u{ffff}b\u{fdd0}c\u{85}d".as_bytes()), "abcd");
        assert_eq!(clean(b"cut \xe2\x82 off"), "cut \u{fffd} off");
    }

    #[test]
    fn only_what_is_too_long_is_shortened() {
        assert_eq!(shortened("äöü", 3), "äöü");
        assert_eq!(shortened("äöüx", 3), "äöü … (1 character more in the log)");
    }

    #[test]
    fn times_read_well() {
        assert_eq!(duration(0), "0:00");
        assert_eq!(duration(59 * 60 + 59), "59:59");
        assert_eq!(duration(3600), "1:00:00");
        assert_eq!(moment(86_399), "1970-01-01 23:59:59 UTC");
        assert_eq!(moment(i64::MAX), i64::MAX.to_string());
    }
}
