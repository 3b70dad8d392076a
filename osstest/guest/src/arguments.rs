// SPDX-License-Identifier: GPL-2.0-only

//! What a command line says: words `name=value`.

/// The value of the last word of that name.
pub fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    line.split_ascii_whitespace()
        .filter_map(|word| word.split_once('='))
        .filter(|(is, _)| *is == name)
        .map(|(_, value)| value)
        .next_back()
}

/// The number of that name; `otherwise` if there is none, nothing if it is no
/// number.
pub fn number(line: &str, name: &str, otherwise: u64) -> Option<u64> {
    value(line, name).map_or(Some(otherwise), |value| value.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "quiet seed=7 mask=ff seed=8 bad=x";

    #[test]
    fn the_last_word_counts() {
        assert_eq!(number(LINE, "seed", 0), Some(8));
        assert_eq!(value(LINE, "mask"), Some("ff"));
    }

    #[test]
    fn what_is_not_said_is_as_usual() {
        assert_eq!(number(LINE, "ops", 9), Some(9));
        assert_eq!(value(LINE, "quiet"), None);
    }

    #[test]
    fn what_is_no_number_is_none() {
        assert_eq!(number(LINE, "bad", 0), None);
    }
}
