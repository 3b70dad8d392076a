// SPDX-License-Identifier: GPL-2.0-only

//! A line of a guest's, or of ts-bench's:
//!
//! ```text
//! BENCH null-hypercall servers=1 vcpus=8 instructions=634
//! BENCH sizeof-vcpu bytes=1280
//! ```

use std::fmt;

use crate::value::Value;

/// What a figure is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The operation, or what else it is.
    pub what: String,
    /// ioreq servers of the guest, if they matter.
    pub servers: Option<u32>,
    /// vCPUs of the guest, if they matter.
    pub vcpus: Option<u32>,
}

impl fmt::Display for Key {
    /// One word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if let Some(servers) = self.servers {
            write!(f, "/servers={servers}")?;
        }
        if let Some(vcpus) = self.vcpus {
            write!(f, "/vcpus={vcpus}")?;
        }
        Ok(())
    }
}

/// One figure of one build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is of.
    pub key: Key,
    /// What is counted.
    pub unit: String,
    /// How many.
    pub value: Value,
}

/// Those of a text; other lines are skipped.
pub fn read(text: &str) -> Result<Vec<Line>, String> {
    text.lines()
        .map(|line| line.trim_end_matches('\r'))
        .filter(|line| line.starts_with("BENCH ") && !line.starts_with("BENCH end "))
        .map(|line| parse(line).map_err(|why| format!("`{line}`: {why}")))
        .collect()
}

fn parse(line: &str) -> Result<Line, String> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let what = words.next().ok_or("nothing is named")?;
    let mut key = Key {
        what: what.to_owned(),
        servers: None,
        vcpus: None,
    };
    let mut counted = None;
    for word in words {
        let (name, value) = word.split_once('=').ok_or("wanted NAME=NUMBER")?;
        let number = || value.parse().map_err(|_| format!("{word}: no number"));
        match name {
            "servers" => key.servers = Some(number()?),
            "vcpus" => key.vcpus = Some(number()?),
            unit if counted.is_none() => counted = Some((unit.to_owned(), value.parse()?)),
            _ => return Err(format!("{word}: one thing is counted already")),
        }
    }
    let (unit, value) = counted.ok_or("nothing is counted")?;
    Ok(Line { key, unit, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_console_has_other_lines_too() {
        let console = "(XEN) BENCH x\r\nBENCH null-hypercall servers=1 vcpus=8 instructions=634\r\n\
                       BENCH end vcpus=8 figures=1\r\nBENCH text bytes=7\n";
        let lines = read(console).unwrap();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].key.to_string(), "null-hypercall/servers=1/vcpus=8");
        assert_eq!(
            (lines[0].unit.as_str(), lines[0].value),
            ("instructions", Value::whole(634))
        );
        assert_eq!(lines[1].key.to_string(), "text");
    }

    #[test]
    fn what_is_no_figure_is_an_error() {
        for line in [
            "BENCH ",
            "BENCH x",
            "BENCH x servers=1",
            "BENCH x vcpus=one instructions=1",
            "BENCH x instructions=many",
            "BENCH x instructions=1 bytes=1",
            "BENCH x instructions",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
