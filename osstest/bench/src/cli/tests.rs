// SPDX-License-Identifier: GPL-2.0-only

use super::*;

const LIMITS: &str =
    "null-hypercall 1 * component <= n + 10\nsizeof-vcpu - - component <= upstream\n";

/// A run in a folder of the test's own, with what `change` makes of its files: the
/// status, what is printed, and what is written.
fn bench(test: &str, change: impl FnOnce(&Path)) -> (u8, String, String) {
    let dir = std::env::temp_dir().join(format!("bench-{}-{test}", std::process::id()));
    let null = |servers, vcpus, count| {
        format!("BENCH null-hypercall servers={servers} vcpus={vcpus} instructions={count}\n")
    };
    for (build, more) in [
        ("n", None),
        ("upstream", Some(592)),
        ("component", Some(450)),
    ] {
        let mut lines = null(0, 1, 442) + &null(0, 2, 442);
        for servers in [1, 8].iter().filter(|_| more.is_some()) {
            for vcpus in [1, 2] {
                lines += &null(*servers, vcpus, more.unwrap_or(0));
            }
        }
        for (folder, text) in [
            ("first", lines.as_str()),
            ("again", lines.as_str()),
            ("about", "BENCH sizeof-vcpu bytes=1280\n"),
            ("build", "BENCH build seconds=12.5\n"),
        ] {
            fs::create_dir_all(dir.join(folder)).unwrap();
            fs::write(dir.join(folder).join(build), text).unwrap();
        }
    }
    fs::write(dir.join("limits"), LIMITS).unwrap();
    change(&dir);
    let args = [
        "--title".into(),
        "Xen".into(),
        "--limits".into(),
        dir.join("limits").into(),
        "--out".into(),
        dir.clone().into(),
        OsString::from(&dir),
    ];
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let status = run(args, &mut out, &mut err);
    out.append(&mut err);
    let written = ["bench.svg", "bench.json"].map(|file| fs::read_to_string(dir.join(file)));
    fs::remove_dir_all(dir).unwrap();
    let written = written.map(Result::unwrap_or_default).concat();
    (status, String::from_utf8(out).unwrap(), written)
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn what_is_within_its_limits_passes() {
    let (status, out, written) = bench("passes", |_| ());
    assert_eq!(status, 0, "{out}");
    for line in [
        "ok twice-the-same 6 figures",
        "ok null-hypercall/servers=1/vcpus=2 found 450,",
    ] {
        assert!(out.contains(line), "{out}");
    }
    assert!(written.starts_with("<svg"), "{written}");
    assert!(written.contains("\"component\": 450"), "{written}");
}

#[test]
fn what_is_not_as_it_should_be_fails() {
    let (both, again): (&[_], &[_]) = (&["first", "again"], &["again"]);
    for (test, runs, build, from, to, line) in [
        (
            "a planted regression",
            both,
            "component",
            "servers=1 vcpus=2 instructions=450",
            "servers=1 vcpus=2 instructions=453",
            "null-hypercall/servers=1/vcpus=2 found 453, wanted at most 452 (n 442 + 10)",
        ),
        (
            "numbers that differ in the second run",
            again,
            "upstream",
            "592",
            "593",
            "twice-the-same null-hypercall/servers=1/vcpus=1 of upstream: 592, then 593",
        ),
        (
            "a figure that a build lacks",
            both,
            "component",
            "BENCH null-hypercall servers=8 vcpus=2 instructions=450\n",
            "",
            "complete there is no null-hypercall/servers=8/vcpus=2 of component",
        ),
    ] {
        let (status, out, _) = bench(test, |dir| {
            for run in runs {
                replace(&dir.join(run).join(build), from, to);
            }
        });
        assert_eq!(status, 1, "{test}");
        assert!(out.contains(&format!("FAIL {line}")), "{test}: {out}");
        assert_eq!(out.matches("FAIL").count(), 1, "{test}: {out}");
    }
}

#[test]
fn files_that_are_not_as_they_should_be_are_no_result() {
    let wrong = "BENCH null-hypercall instructions=?\n";
    for (test, file, text) in [("broken", "first/n", wrong), ("nothing", "again/n", "")] {
        let (status, out, _) = bench(test, |dir| fs::write(dir.join(file), text).unwrap());
        assert_eq!(status, 2, "{test}");
        assert!(out.contains(file), "{test}: {out}");
    }
}

#[test]
fn usage() {
    let status = |args: &[&str]| {
        run(
            args.iter().map(OsString::from),
            &mut Vec::new(),
            &mut Vec::new(),
        )
    };
    assert_eq!(status(&["--help"]), 0);
    assert_eq!(status(&[]), 2);
    assert_eq!(status(&["--title", "x", "run"]), 2);
    assert_eq!(status(&["--wrong"]), 2);
}
