// SPDX-License-Identifier: GPL-2.0-only

//! What figures may be: the file `limits`, a limit to a line.
//!
//! ```text
//! # figure        servers vcpus build     bound
//! null-hypercall  0       *     component <= n + 60
//! foreign-512     1       *     component <= one-vcpu + 1%
//! 8-preempted     1       1     upstream  >= 16
//! ```
//!
//! `*` is each number that was measured, `-` is none. `n` is what the same costs
//! there, without a server; `one-vcpu` what it costs the same build at one vCPU.

use std::fmt;
use std::str::FromStr;

use crate::figures::Build;
use crate::line::Key;
use crate::value::Value;

/// The numbers of servers or vCPUs that a limit is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbers {
    /// Each.
    Any,
    /// A figure that has none.
    None,
    /// This.
    Only(u32),
}

impl Numbers {
    fn has(self, number: Option<u32>) -> bool {
        match self {
            Self::Any => number.is_some(),
            Self::None => number.is_none(),
            Self::Only(this) => number == Some(this),
        }
    }
}

impl FromStr for Numbers {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "*" => Ok(Self::Any),
            "-" => Ok(Self::None),
            _ => match text.parse() {
                Ok(number) => Ok(Self::Only(number)),
                Err(_) => Err(format!("`{text}`: wanted a number, * or -")),
            },
        }
    }
}

/// Which side of the bound is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// No more than it.
    Most,
    /// No less.
    Least,
}

/// What a figure is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// A build's figure; of n it is the one without a server.
    Build(Build),
    /// The same build's at one vCPU.
    OneVcpu,
    /// A number.
    Number(Value),
}

/// What may be added to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum More {
    /// So many.
    Number(Value),
    /// So many hundredths of it.
    Percent(Value),
}

/// A limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limit {
    what: String,
    servers: Numbers,
    vcpus: Numbers,
    /// Whose figure it is for.
    pub build: Build,
    /// Which side of the bound is right.
    pub side: Side,
    /// What it is compared with.
    pub base: Base,
    /// What may be added.
    pub more: More,
    text: String,
}

impl Limit {
    /// Whether it is for this figure.
    pub fn is_for(&self, key: &Key) -> bool {
        self.what == key.what && self.servers.has(key.servers) && self.vcpus.has(key.vcpus)
    }
}

impl fmt::Display for Limit {
    /// Its line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// All limits of a file.
pub fn read(text: &str) -> Result<Vec<Limit>, String> {
    let mut limits = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        let line = line.split('#').next().unwrap_or_default();
        let words: Vec<_> = line.split_ascii_whitespace().collect();
        if !words.is_empty() {
            limits.push(parse(&words).map_err(|why| format!("line {number}: {why}"))?);
        }
    }
    match limits.is_empty() {
        true => Err("no limit".to_owned()),
        false => Ok(limits),
    }
}

fn parse(words: &[&str]) -> Result<Limit, String> {
    let wanted = "wanted FIGURE SERVERS VCPUS BUILD <=|>= BASE [+ MORE]";
    let (&[what, servers, vcpus, build, side, base], more) =
        words.split_first_chunk().ok_or(wanted)?;
    let more = match more {
        [] => More::Number(Value::whole(0)),
        ["+", more] => match more.strip_suffix('%') {
            Some(percent) => More::Percent(percent.parse()?),
            None => More::Number(more.parse()?),
        },
        _ => return Err(wanted.to_owned()),
    };
    Ok(Limit {
        what: what.to_owned(),
        servers: servers.parse()?,
        vcpus: vcpus.parse()?,
        build: build.parse()?,
        side: match side {
            "<=" => Side::Most,
            ">=" => Side::Least,
            _ => return Err(format!("`{side}`: wanted <= or >=")),
        },
        base: match base {
            "one-vcpu" => Base::OneVcpu,
            _ => (base.parse().map(Base::Build))
                .or_else(|_| base.parse().map(Base::Number))
                .map_err(|_| format!("`{base}`: wanted a build, one-vcpu or a number"))?,
        },
        more,
        text: words.join(" "),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_of_the_project_are_limits() {
        assert!(read(include_str!("../limits")).unwrap().len() > 5);
    }

    #[test]
    fn comments_and_blank_lines_are_none() {
        let limits = read("# a\n\nx 0 * component <= n + 0.5 # why\n").unwrap();
        assert_eq!(limits.len(), 1);
        assert_eq!(limits[0].more, More::Number(Value::hundredths(50)));
        assert_eq!(limits[0].to_string(), "x 0 * component <= n + 0.5");
    }

    #[test]
    fn a_limit_is_for_the_figures_that_it_names() {
        let limit = &read("x 1 * component <= 5").unwrap()[0];
        let key = |what: &str, servers, vcpus| Key {
            what: what.to_owned(),
            servers,
            vcpus,
        };
        assert!(limit.is_for(&key("x", Some(1), Some(127))));
        assert!(!limit.is_for(&key("x", Some(0), Some(127))));
        assert!(!limit.is_for(&key("x", Some(1), None)));
        assert!(!limit.is_for(&key("y", Some(1), Some(1))));
        assert!(read("x - - component <= 5").unwrap()[0].is_for(&key("x", None, None)));
    }

    #[test]
    fn what_is_no_limit_is_an_error() {
        for line in [
            "",
            "x 0 * component <=",
            "x 0 * theirs <= 5",
            "x 0 * component < 5",
            "x zero * component <= 5",
            "x 0 * component <= five",
            "x 0 * component <= n 5",
            "x 0 * component <= n + five",
            "x 0 * component <= n + 5 % x",
        ] {
            assert!(read(line).is_err(), "{line}");
        }
        assert!(
            read("x 0 * component <= 5\ny\n")
                .unwrap_err()
                .starts_with("line 2: ")
        );
    }
}
