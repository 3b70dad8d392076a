// SPDX-License-Identifier: GPL-2.0-only

//! The exports, called by C through the generated header: builds `abi/*.c`, the
//! C of `cbits` that runs around the hooks, and the stand-in for Xen with the
//! host's C compiler, links the static library to them as Xen does, and runs the
//! result. Once as Xen gets it, once with both languages under ThreadSanitizer.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Mutex, PoisonError};

/// What is compiled. Of cbits, `defer.c` sets what the stand-in sets, and the others
/// need more of Xen than it has.
const SOURCES: [&str; 13] = [
    "tests/abi/continuations.c",
    "tests/abi/deferrals.c",
    "tests/abi/kicks.c",
    "tests/abi/machine.c",
    "tests/abi/main.c",
    "tests/abi/races.c",
    "tests/abi/removals.c",
    "tests/abi/sends.c",
    "tests/abi/servers.c",
    "../ffi/host/xen.c",
    "../cbits/assertions.c",
    "../cbits/hypercall.c",
    "../cbits/sched.c",
];

/// How often a race that is planted may go unnoticed.
const TRIES: usize = 10;

fn run(command: &mut Command) -> Output {
    command.output().expect("the command can be started")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

fn succeed(command: &mut Command) -> String {
    let output = run(command);
    let text = text(&output);
    assert!(
        output.status.success(),
        "{command:?}: {}\n{text}",
        output.status
    );
    text
}

/// Where the C and the library of one test go.
struct Harness {
    dir: PathBuf,
    rustflags: &'static str,
    cflags: &'static [&'static str],
}

const AS_XEN_GETS_IT: (&str, &[&str]) = ("", &[]);

// The flag is unstable, the code that rustc makes of it is the same. The standard
// library is not compiled with the sanitizer, and need not be: the component does
// not call it.
const SANITIZED: (&str, &[&str]) = ("-Zsanitizer=thread", &["-fsanitize=thread", "-g"]);

/// What else a rustc wants to hear that knows of that mismatch; an older one does
/// not.
fn with_mismatch(rustflags: &str) -> String {
    const MAY: &str = "unsafe-allow-abi-mismatch";

    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let options = succeed(Command::new(rustc).args(["-C", "help"]));
    if options.contains(MAY) {
        format!("{rustflags} -C{MAY}=sanitizer")
    } else {
        rustflags.to_owned()
    }
}

// cargo gives the library of either the same place.
static BUILDING: Mutex<()> = Mutex::new(());

impl Harness {
    fn new(name: &str, (rustflags, cflags): (&'static str, &'static [&'static str])) -> Self {
        Self {
            dir: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
            rustflags,
            cflags,
        }
    }

    /// `libxen_rs.a` for the host, with the profile that Xen gets.
    fn static_library(&self, host: &str) -> PathBuf {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("..");
        let _one_at_a_time = BUILDING.lock().unwrap_or_else(PoisonError::into_inner);
        let mut cargo = Command::new(env!("CARGO"));
        cargo
            .env("RUSTC_BOOTSTRAP", "1")
            .args(["rustc", "--locked", "--release", "--lib"])
            .args(["--crate-type", "staticlib", "--target", host])
            .arg("--manifest-path")
            .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&target);
        if !self.rustflags.is_empty() {
            cargo.env("RUSTFLAGS", with_mismatch(self.rustflags));
        }
        succeed(&mut cargo);
        let library = self.dir.join("libxen_rs.a");
        fs::create_dir_all(&self.dir).expect("a folder for the library");
        fs::copy(target.join(host).join("release/libxen_rs.a"), &library)
            .expect("copy the library");
        library
    }

    /// The program, compiled with `define`.
    fn program(&self, name: &str, define: &[&str]) -> Command {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let program = self.dir.join(name);
        let host = format!("{}-unknown-linux-gnu", env::consts::ARCH);
        let library = self.static_library(&host);
        let cc = cc::Build::new()
            .cargo_metadata(false)
            .target(&host)
            .host(&host)
            .opt_level(2)
            .include(root.join("../ffi/host/include"))
            .include(root.join("../ffi/include"))
            .get_compiler();
        succeed(
            cc.to_command()
                .args(["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pthread"])
                .args(self.cflags)
                .args(define)
                .arg("-o")
                .arg(&program)
                .args(SOURCES.map(|source| root.join(source)))
                .arg(library),
        );
        Command::new(program)
    }
}

fn assert_all_cases(cases: &str) {
    let ok = cases.lines().filter(|line| line.starts_with("ok ")).count();
    assert_eq!(ok, 283, "cases that ran and passed:\n{cases}");
}

#[test]
fn c_gets_what_the_header_says() {
    let harness = Harness::new("as-linked", AS_XEN_GETS_IT);
    assert_all_cases(&succeed(&mut harness.program("abi", &[])));
}

#[test]
fn no_data_race() {
    let harness = Harness::new("sanitized", SANITIZED);
    assert_all_cases(&succeed(&mut harness.program("abi", &[])));

    // On a busy machine the two threads may never meet: then it is tried again.
    let mut race = harness.program("race", &["-DRACE"]);
    let reported = |race: &Output| !race.status.success() && text(race).contains("data race");
    assert!(
        (0..TRIES).any(|_| reported(&run(&mut race))),
        "a plain write of the flag was not reported in {TRIES} runs"
    );
}
