// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::log::tests::console;

/// Runs a command on two consoles: its status, and what it prints.
fn run_on(command: &str, upstream: &str, component: &str, probe: &[&str]) -> (u8, String) {
    let dir = std::env::temp_dir().join(format!(
        "differential-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    fs::create_dir_all(&dir).expect("a directory");
    let (a, b) = (dir.join("upstream"), dir.join("component"));
    fs::write(&a, upstream).expect("a file");
    fs::write(&b, component).expect("a file");
    let mut args: Vec<OsString> = vec![command.into()];
    args.extend([
        "--upstream".into(),
        a.into(),
        "--component".into(),
        b.into(),
        "--".into(),
    ]);
    args.extend(probe.iter().map(Into::into));
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(args.into_iter(), &mut out, &mut err);
    fs::remove_dir_all(&dir).expect("still there");
    (status, String::from_utf8(out).expect("text"))
}

const OPS: [&str; 3] = [
    "2 v0 decrease 3 -> 1 | before=0,0 invalidations=1,0",
    "5 v1 null -> 0 | before=0,0 invalidations=0,0",
    "128 v0 null -> 0 | before=0,0 invalidations=0,0",
];

fn differing() -> String {
    console(
        &[
            OPS[0],
            "5 v1 null -> 0 | before=0,0 invalidations=1,0",
            OPS[2],
        ],
        "b",
    )
}

#[test]
fn episodes_that_differ_are_printed() {
    let a = console(&OPS, "a");
    assert_eq!(run_on("episodes", &a, &a, &[]), (0, String::new()));
    assert_eq!(
        run_on("episodes", &a, &differing(), &[]),
        (1, "3\n".to_owned())
    );
}

#[test]
fn traces_are_compared() {
    let a = console(&OPS, "a");
    assert_eq!(run_on("trace", &a, &a, &[]).0, 0);
    let (status, text) = run_on("trace", &a, &differing(), &[]);
    assert_eq!(status, 1);
    assert!(text.contains("!  5 v1 null"));
}

#[test]
fn a_kind_that_never_did_anything_is_found() {
    let a = console(&[], "a");
    assert_eq!(run_on("kinds", &a, &a, &[]).0, 0);
    let idle = a.replace("done=1", "done=0");
    assert_eq!(run_on("kinds", &idle, &idle, &[]).0, 1);
    let none = a.replace(
        "ops=2 episodes=1 invalidations=1",
        "ops=2 episodes=1 invalidations=0",
    );
    assert_eq!(run_on("kinds", &none, &none, &[]).0, 1);
}

#[test]
fn the_rules_are_counted() {
    let a = console(&[], "a");
    let rules = "exact 1\nforeign 1\n".to_owned();
    assert_eq!(run_on("rules", &a, &a, &[]), (0, rules));
    let uncounted = a.replace("RULE exact operations=1", "RULE exact operations=0");
    assert_eq!(run_on("rules", &a, &uncounted, &[]).0, 1);
}

#[test]
fn what_a_server_missed_and_is_not_sent_is_found() {
    let a = console(&[], "a");
    assert_eq!(
        run_on("missed", &a, &a, &[]),
        (0, "missed=4 sent=4\n".to_owned())
    );
    let lost = a.replace("sent-when-enabled=4", "sent-when-enabled=3");
    assert_eq!(run_on("missed", &a, &lost, &[]).0, 1);
}

#[test]
fn the_mask_is_shrunk_by_asking_the_probe() {
    // It differs as long as operation 5 is there.
    let probe = ["sh", "-c", "[ $((0x${1#mask=} & 0x20)) = 0 ]", "probe"];
    let (status, mask) = run_on("shrink", &console(&OPS, "a"), &differing(), &probe);
    assert_eq!((status, mask.as_str()), (0, "20\n"));
}

#[test]
fn what_cannot_be_repeated_is_said_to_be_so() {
    let (status, _) = run_on("shrink", &console(&OPS, "a"), &differing(), &["true"]);
    assert_eq!(status, 2);
}

#[test]
fn a_probe_that_breaks_is_an_error() {
    let probe = ["sh", "-c", "exit 2"];
    let (status, _) = run_on("shrink", &console(&OPS, "a"), &differing(), &probe);
    assert_eq!(status, 2);
}

#[test]
fn consoles_that_are_not_whole_are_errors() {
    let a = console(&OPS, "a");
    assert_eq!(run_on("episodes", &a, "Panic", &[]).0, 2);
    assert_eq!(run_on("nonsense", &a, &a, &[]).0, 2);
}
