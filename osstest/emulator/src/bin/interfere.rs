// SPDX-License-Identifier: GPL-2.0-only

//! The conformance kit's part in dom0: what happens to an emulator from outside, and it
//! has no say in.

use emulator::low::{
    foreignmemory::ForeignMemory,
    ioreq::Kind,
    privcmd::{Domain, Xen},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    error::Error,
    process::ExitCode,
    thread::sleep,
    time::{Duration, Instant},
};

const USAGE: &str = "\
Usage: interfere forge --domain ID --vcpus N --server ID --pid PID --type N
       interfere take --domain ID --gfn GFN

forge  Stops the emulator, waits up to 20 s until a vCPU of the domain accesses its
       registers, makes that a request of type N, and lets the emulator go on.
take   Takes a page away from the domain, as a toolstack may.

Exit status: 0 done, 1 not, 2 usage.
";

#[derive(Default)]
struct Options {
    verb: String,
    domid: u16,
    vcpus: usize,
    server: u16,
    pid: i32,
    kind: u8,
    gfn: u64,
}

fn options() -> Result<Options, lexopt::Error> {
    use lexopt::prelude::*;
    let mut options = Options::default();
    let mut parser = lexopt::Parser::from_env();
    while let Some(arg) = parser.next()? {
        match arg {
            Value(verb) => options.verb = verb.string()?,
            Long("domain") => options.domid = parser.value()?.parse()?,
            Long("vcpus") => options.vcpus = parser.value()?.parse()?,
            Long("server") => options.server = parser.value()?.parse()?,
            Long("pid") => options.pid = parser.value()?.parse()?,
            Long("type") => options.kind = parser.value()?.parse()?,
            Long("gfn") => options.gfn = parser.value()?.parse()?,
            Short('h') | Long("help") => {
                print!("{USAGE}");
                std::process::exit(0);
            }
            _ => return Err(arg.unexpected()),
        }
    }
    Ok(options)
}

/// An emulator that has been stopped; it goes on when this is dropped.
struct Stopped(Pid);

impl Drop for Stopped {
    fn drop(&mut self) {
        // If it has ended, there is nobody to go on.
        let _gone = kill_process(self.0, Signal::CONT);
    }
}

fn forge(options: &Options) -> Result<(), Box<dyn Error>> {
    let page = ForeignMemory::open(options.domid)?.ioreq_page(options.server, options.vcpus)?;
    let pid = Pid::from_raw(options.pid).ok_or("--pid is missing")?;
    kill_process(pid, Signal::STOP)?;
    let _stopped = Stopped(pid);
    println!("stopped");
    let deadline = Instant::now() + Duration::from_secs(20);
    while Instant::now() < deadline {
        for vcpu in 0..options.vcpus {
            if let Some(Kind::Read(_) | Kind::Write(..)) = page.pending(vcpu) {
                page.forge(vcpu, options.kind);
                println!("forged vcpu={vcpu}");
                return Ok(());
            }
        }
        sleep(Duration::from_millis(10));
    }
    Err("no vCPU has accessed its registers".into())
}

fn main() -> ExitCode {
    let options = match options() {
        Ok(options) => options,
        Err(why) => {
            eprint!("interfere: {why}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let done = match options.verb.as_str() {
        "forge" => forge(&options),
        "take" => Xen::open()
            .and_then(|xen| xen.decrease(Domain::Other(options.domid), &[options.gfn], 0))
            .map_err(Into::into),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    if let Err(why) = done {
        println!("error {why}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
