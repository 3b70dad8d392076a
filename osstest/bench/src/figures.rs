// SPDX-License-Identifier: GPL-2.0-only

//! The figures of all builds, side by side, with what is derived from them.

use std::fmt;
use std::str::FromStr;

use crate::line::{Key, Line};
use crate::value::Value;

/// A build of Xen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Build {
    /// The patched tree with IOREQ_SERVER=n.
    N,
    /// Upstream's tree with IOREQ_SERVER=y.
    Upstream,
    /// The patched tree with the component.
    Component,
}

impl Build {
    /// All of them, as they are shown.
    pub const ALL: [Self; 3] = [Self::N, Self::Upstream, Self::Component];

    /// Its name, which is that of its files as well.
    pub const fn name(self) -> &'static str {
        match self {
            Self::N => "n",
            Self::Upstream => "upstream",
            Self::Component => "component",
        }
    }
}

impl fmt::Display for Build {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Build {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|build| build.name() == name);
        found.ok_or_else(|| format!("`{name}`: wanted n, upstream or component"))
    }
}

/// A figure, of each build that has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// What it is of.
    pub key: Key,
    /// What is counted.
    pub unit: String,
    values: [Option<Value>; 3],
}

impl Figure {
    /// What a build has.
    pub fn of(&self, build: Build) -> Option<Value> {
        self.values[build as usize]
    }
}

/// All of them, in the order in which they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures(Vec<Figure>);

impl Figures {
    /// Each one.
    pub fn iter(&self) -> impl Iterator<Item = &Figure> {
        self.0.iter()
    }

    /// The one of that name and these numbers.
    pub fn find(&self, what: &str, servers: Option<u32>, vcpus: Option<u32>) -> Option<&Figure> {
        self.0.iter().find(|figure| {
            let Key {
                what: is,
                servers: has,
                vcpus: with,
            } = &figure.key;
            is == what && *has == servers && *with == vcpus
        })
    }

    /// What the same costs build n, which has no servers.
    pub fn without_servers(&self, key: &Key) -> Option<Value> {
        let none = key.servers.map(|_| 0);
        self.find(&key.what, none, key.vcpus)?.of(Build::N)
    }

    /// Adds what a build has; twice the same figure is an error.
    pub fn add(&mut self, build: Build, lines: Vec<Line>) -> Result<(), String> {
        for Line { key, unit, value } in lines {
            let at = match self.0.iter().position(|figure| figure.key == key) {
                Some(at) => at,
                None => {
                    self.0.push(Figure {
                        key: key.clone(),
                        unit: unit.clone(),
                        values: [None; 3],
                    });
                    self.0.len() - 1
                }
            };
            let figure = &mut self.0[at];
            if figure.unit != unit {
                return Err(format!("{key} in {unit}, and in {}", figure.unit));
            }
            if figure.values[build as usize].replace(value).is_some() {
                return Err(format!("{key} twice for {build}"));
            }
        }
        Ok(())
    }

    /// What a page of a removal of 512 adds to it. With a server a request is
    /// pending from the first page on, and both have the round trip of one.
    pub fn derive(&mut self) -> Result<(), String> {
        const PER_PAGE: [(&str, &str, &str); 3] = [
            ("decrease-per-page", "decrease-512", "decrease-1"),
            ("decrease-table-per-page", "decrease-table", "decrease-1"),
            (
                "populate-over-per-page",
                "populate-over-512",
                "populate-over-1",
            ),
        ];
        for build in Build::ALL {
            let mut derived = Vec::new();
            for figure in &self.0 {
                let Key {
                    what,
                    servers,
                    vcpus,
                } = &figure.key;
                let of = |what: &str| self.find(what, *servers, *vcpus)?.of(build);
                let per_page = PER_PAGE.iter().find(|(_, all, _)| all == what);
                let value = per_page.and_then(|(name, all, one)| {
                    Some((*name, of(all)?.minus(of(one)?).part(511)?))
                });
                if let Some((name, value)) = value {
                    derived.push(Line {
                        key: Key {
                            what: name.to_owned(),
                            ..figure.key.clone()
                        },
                        unit: figure.unit.clone(),
                        value,
                    });
                }
            }
            self.add(build, derived)?;
        }
        Ok(())
    }

    /// The figures that one build has and another lacks. Build n has no servers, so
    /// it may lack those that need one.
    pub fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        for figure in &self.0 {
            for build in Build::ALL {
                let needs_server = figure.key.servers.is_some_and(|servers| servers > 0);
                if figure.of(build).is_none() && !(build == Build::N && needs_server) {
                    missing.push(format!("{} of {build}", figure.key));
                }
            }
        }
        missing
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::figures;

    #[test]
    fn a_page_is_what_511_of_them_add() {
        let mut all = figures(&[
            (Build::N, "decrease-1 servers=0 vcpus=1 instructions=3000"),
            (
                Build::N,
                "decrease-512 servers=0 vcpus=1 instructions=1025000",
            ),
            (
                Build::Component,
                "decrease-512 servers=0 vcpus=1 instructions=1025000",
            ),
        ]);
        all.derive().unwrap();
        let derived = all.find("decrease-per-page", Some(0), Some(1)).unwrap();
        assert_eq!(derived.of(Build::N), Some(Value::whole(2000)));
        assert_eq!(
            derived.of(Build::Component),
            None,
            "one of the two is missing"
        );
    }

    #[test]
    fn what_a_build_lacks_is_named() {
        let all = figures(&[
            (Build::N, "a servers=0 vcpus=1 instructions=1"),
            (Build::Upstream, "a servers=0 vcpus=1 instructions=1"),
            (Build::Component, "a servers=0 vcpus=1 instructions=1"),
            (Build::Upstream, "a servers=1 vcpus=1 instructions=1"),
        ]);
        assert_eq!(all.missing(), ["a/servers=1/vcpus=1 of component"]);
        let all = figures(&[
            (Build::Upstream, "text bytes=1"),
            (Build::Component, "text bytes=1"),
        ]);
        assert_eq!(all.missing(), ["text of n"]);
    }

    #[test]
    fn a_figure_is_there_once_and_has_one_unit() {
        let mut all = figures(&[(Build::N, "a bytes=1")]);
        let line = |text: &str| crate::line::read(text).unwrap();
        assert!(all.add(Build::N, line("BENCH a bytes=1")).is_err());
        assert!(
            all.add(Build::Component, line("BENCH a instructions=1"))
                .is_err()
        );
        assert!(all.add(Build::Component, line("BENCH a bytes=2")).is_ok());
    }
}
