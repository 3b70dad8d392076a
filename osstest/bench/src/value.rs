// SPDX-License-Identifier: GPL-2.0-only

//! A number of instructions, bytes or whatever a figure counts: exact to a
//! hundredth, as what is derived per page is no whole number.

use std::fmt;
use std::str::FromStr;

/// A number in hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(i64);

impl Value {
    /// A whole number.
    pub const fn whole(number: i64) -> Self {
        Self(number * 100)
    }

    /// A number of hundredths.
    pub const fn hundredths(number: i64) -> Self {
        Self(number)
    }

    /// How many hundredths.
    pub const fn as_hundredths(self) -> i64 {
        self.0
    }

    /// Without its hundredths.
    pub const fn floor(self) -> i64 {
        self.0.div_euclid(100)
    }

    /// The sum of both.
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The difference of both.
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }

    /// This divided by `of`, to the nearest hundredth; none unless `of` is positive.
    pub const fn part(self, of: i64) -> Option<Self> {
        match of {
            1.. => Some(Self((self.0 + of / 2).div_euclid(of))),
            _ => None,
        }
    }

    /// A percentage of this.
    pub const fn percent(self, percent: Self) -> Self {
        Self(self.0 * percent.0 / 10_000)
    }

    /// The ratio of this to another, to the nearest hundredth; none unless the other
    /// is positive.
    pub const fn times(self, other: Self) -> Option<Self> {
        Self(self.0 * 100).part(other.0)
    }
}

/// A value for the reader, who is to see that it is missing.
pub fn or_none(value: Option<Value>) -> String {
    value.map_or("none".to_owned(), |value| value.to_string())
}

impl fmt::Display for Value {
    /// `-1,234,567`, `48.25`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let digits = (self.0.unsigned_abs() / 100).to_string();
        let mut text = sign.to_owned();
        for (n, digit) in digits.chars().enumerate() {
            if n > 0 && (digits.len() - n) % 3 == 0 {
                text.push(',');
            }
            text.push(digit);
        }
        match self.0.unsigned_abs() % 100 {
            0 => (),
            hundredths => text.push_str(&format!(".{hundredths:02}")),
        }
        f.pad(&text)
    }
}

impl FromStr for Value {
    type Err = String;

    /// `1234`, `-3`, `48.25`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}`: wanted a number such as 12 or 0.5");
        let (positive, sign) = match text.strip_prefix('-') {
            Some(rest) => (rest, -1),
            None => (text, 1),
        };
        let (whole, part) = positive.split_once('.').unwrap_or((positive, "0"));
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !(1..=2).contains(&part.len()) || !digits(part) {
            return Err(wrong());
        }
        let whole: i64 = whole.parse().map_err(|_| wrong())?;
        let part: i64 = format!("{part:0<2}").parse().map_err(|_| wrong())?;
        let all = whole.checked_mul(100).and_then(|all| all.checked_add(part));
        Ok(Self(sign * all.ok_or_else(wrong)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for (text, hundredths) in [
            ("0", 0),
            ("491", 49_100),
            ("-3", -300),
            ("0.5", 50),
            ("48.25", 4825),
        ] {
            assert_eq!(text.parse(), Ok(Value(hundredths)), "{text}");
        }
        for text in [
            "",
            "-",
            "1.",
            ".5",
            "1.234",
            "+1",
            "0x1",
            "1 ",
            "99999999999999999999",
        ] {
            assert!(text.parse::<Value>().is_err(), "{text}");
        }
    }

    #[test]
    fn long_numbers_read_well() {
        assert_eq!(Value::whole(7).to_string(), "7");
        assert_eq!(Value::whole(1_013_920).to_string(), "1,013,920");
        assert_eq!(Value::hundredths(-123_405).to_string(), "-1,234.05");
        assert_eq!(format!("{:>6}", Value::whole(491)), "   491");
    }

    #[test]
    fn what_is_derived_is_rounded_to_the_nearest() {
        assert_eq!(Value::whole(1).part(3), Some(Value(33)));
        assert_eq!(Value::whole(2).part(3), Some(Value(67)));
        assert_eq!(Value::whole(2).part(0), None);
        assert_eq!(Value::whole(3).times(Value::whole(2)), Some(Value(150)));
        assert_eq!(Value::whole(3).times(Value::whole(0)), None);
        assert_eq!(
            Value::whole(1000).percent(Value::whole(1)),
            Value::whole(10)
        );
    }
}
