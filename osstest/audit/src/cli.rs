// SPDX-License-Identifier: GPL-2.0-only

//! The command line.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::PathBuf;

use lexopt::{Arg, Parser, ValueExt};

use crate::expect;
use crate::instruction::Machine;
use crate::listing::Listing;
use crate::outcome::report;
use crate::rules::{component, hypervisor};

const USAGE: &str = "\
Usage: audit object [OPTION]… xen-rs.o
       audit xen [OPTION]… xen-syms

Checks the linked component, or the hypervisor that it is part of, rule by rule.

  --objdump PROGRAM
                 the objdump that reads the file: aarch64-linux-gnu-objdump,
                 arm-linux-gnueabihf-objdump or, for an object, riscv64-linux-gnu-objdump
                 (default: objdump, this machine's own)
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
    objdump: PathBuf,
    file: PathBuf,
}

/// Runs the command with `args`, and returns its exit status.
pub fn run(
    args: impl IntoIterator<Item = OsString>,
    out: &mut impl Write,
    err: &mut impl Write,
) -> u8 {
    let done = match parse(args) {
        Ok(Some(asked)) => audit(&asked, out),
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
    let (mut upstream, mut objdump) = (false, PathBuf::from("objdump"));
    let mut values = Vec::new();
    while let Some(arg) = parser.next()? {
        match arg {
            Arg::Short('h') | Arg::Long("help") => return Ok(None),
            Arg::Long("upstream") => upstream = true,
            Arg::Long("objdump") => objdump = parser.value()?.into(),
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
    let file = file.into();
    Ok(Some(Asked {
        subject,
        upstream,
        objdump,
        file,
    }))
}

fn audit(asked: &Asked, out: &mut impl Write) -> Result<u8, String> {
    let named = |why: String| format!("{}: {why}", asked.file.display());
    let listing = Listing::read(&asked.file, &asked.objdump).map_err(named)?;
    let exports = expect::exports(expect::HEADER)?;
    let broken = match (asked.subject, listing.linked) {
        (Subject::Object, false) => {
            let allowed = expect::allowed(expect::ALLOWED)?;
            let subject = component::Component {
                listing,
                exports,
                allowed,
            };
            report(component::RULES, &subject, out)
        }
        (Subject::Xen, true) if listing.machine == Machine::Riscv64 => {
            return Err(named(
                "RISC-V, of which only the object can be audited".into(),
            ));
        }
        (Subject::Xen, true) => {
            let rules = if asked.upstream {
                hypervisor::UPSTREAM_RULES
            } else {
                hypervisor::RULES
            };
            report(rules, &hypervisor::Hypervisor { listing, exports }, out)
        }
        (Subject::Object, true) => return Err(named("linked already: wanted an object".into())),
        (Subject::Xen, false) => return Err(named("an object: wanted a linked hypervisor".into())),
    };
    Ok(u8::from(broken.map_err(unwritten)? > 0))
}

fn unwritten(why: io::Error) -> String {
    format!("cannot write the report: {why}")
}

#[cfg(test)]
mod tests;
