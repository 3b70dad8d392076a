// SPDX-License-Identifier: GPL-2.0-only

//! The command line.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt};

use crate::elf::{Elf, Kind};
use crate::expect;
use crate::outcome::report;
use crate::rules::{component, hypervisor};

const USAGE: &str = "\
Usage: audit object [--header FILE] [--allow FILE] xen-rs.o
       audit xen [--header FILE] [--upstream] xen-syms

Checks the linked component, or the hypervisor that it is part of, rule by rule.

  --header FILE  the C header that declares the exports
                 (default: ffi/include/xen_rs.h as it was when audit was built)
  --allow FILE   the symbols that the object may leave undefined, one to a line
                 with the reason (default: allowed-undefined.txt, likewise)
  --upstream     the hypervisor must be upstream's, without the component
  -h, --help     this

Exit status: 0 every rule is met, 1 some are not, 2 usage, or a file that
cannot be audited.
";

#[derive(Clone, Copy, PartialEq)]
enum Subject {
    Object,
    Xen,
}

struct Asked {
    subject: Subject,
    upstream: bool,
    header: Option<PathBuf>,
    allow: Option<PathBuf>,
    file: PathBuf,
}

/// Runs the command with `args`, the files it names read by `read`, and
/// returns its exit status.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> u8 {
    let done = match parse(args) {
        Ok(Some(asked)) => audit(&asked, read, out),
        Ok(None) => write!(out, "{USAGE}").map(|()| 0).map_err(unwritten),
        Err(why) => Err(format!("{why}\n\n{USAGE}")),
    };
    done.unwrap_or_else(|why| {
        // If this fails, there is no other place to report it.
        let _ = writeln!(err, "audit: {}", why.trim_end());
        2
    })
}

/// What is asked; nothing if it is help.
fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Option<Asked>, lexopt::Error> {
    let mut parser = Parser::from_args(args);
    let (mut upstream, mut header, mut allow) = (false, None, None);
    let mut values = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("upstream") => upstream = true,
            Arg::Long("header") => header = Some(parser.value()?.into()),
            Arg::Long("allow") => allow = Some(parser.value()?.into()),
            Arg::Value(value) => values.push(value),
            _ => return Err(arg.unexpected()),
        }
    }
    let [subject, file] =
        <[OsString; 2]>::try_from(values).map_err(|_| "wanted: `object` or `xen`, and a file")?;
    let subject = match subject.string()?.as_str() {
        "object" => Subject::Object,
        "xen" => Subject::Xen,
        other => return Err(format!("cannot audit `{other}`: wanted `object` or `xen`").into()),
    };
    if upstream && subject == Subject::Object {
        return Err("--upstream: upstream has no such object".into());
    }
    if allow.is_some() && subject == Subject::Xen {
        return Err("--allow: a hypervisor leaves nothing undefined".into());
    }
    let file = file.into();
    Ok(Some(Asked {
        subject,
        upstream,
        header,
        allow,
        file,
    }))
}

fn audit(
    asked: &Asked,
    read: impl Fn(&Path) -> io::Result<Vec<u8>>,
    out: &mut impl Write,
) -> Result<u8, String> {
    let bytes = |path: &Path| read(path).map_err(|why| format!("{}: {why}", path.display()));
    let text = |path: &Option<PathBuf>, default: &str| match path {
        Some(path) => Ok(String::from_utf8_lossy(&bytes(path)?).into_owned()),
        None => Ok::<_, String>(default.to_owned()),
    };
    let exports = expect::exports(&text(&asked.header, expect::HEADER)?)?;
    let named = |why: String| format!("{}: {why}", asked.file.display());
    let elf = Elf::parse(&bytes(&asked.file)?).map_err(named)?;
    let broken = match (asked.subject, elf.kind) {
        (Subject::Object, Kind::Object) => {
            let allowed = expect::allowed(&text(&asked.allow, expect::ALLOWED)?)?;
            let subject = component::Component {
                elf,
                exports,
                allowed,
            };
            report(component::RULES, &subject, out)
        }
        (Subject::Xen, Kind::Executable) => {
            let rules = if asked.upstream {
                hypervisor::UPSTREAM_RULES
            } else {
                hypervisor::RULES
            };
            report(rules, &hypervisor::Hypervisor { elf, exports }, out)
        }
        (Subject::Object, _) => return Err(named("linked already: wanted an object".to_owned())),
        (Subject::Xen, _) => return Err(named("an object: wanted a linked hypervisor".to_owned())),
    };
    Ok(u8::from(broken.map_err(unwritten)? > 0))
}

fn unwritten(why: io::Error) -> String {
    format!("cannot write the report: {why}")
}

#[cfg(test)]
mod tests;
