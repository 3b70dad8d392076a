// SPDX-License-Identifier: GPL-2.0-only

use super::*;

const LIMITS: &str =
    "null-hypercall 1 * component <= n + 10\nsizeof-vcpu - - component <= upstream\n";

/// A run in a folder of the test's own, with what `change` makes of its files.
fn bench(test: &str, change: impl FnOnce(&Path)) -> (u8, String, PathBuf) {
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
    (status, String::from_utf8(out).unwrap(), dir)
}

fn replace(file: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn what_is_within_its_limits_passes() {
    let (status, out, dir) = bench("passes", |_| ());
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("ok twice-the-same 6 figures"), "{out}");
    assert!(
        out.contains("ok null-hypercall/servers=1/vcpus=2 found 450,"),
        "{out}"
    );
    assert!(
        fs::read_to_string(dir.join("bench.json"))
            .unwrap()
            .contains("\"component\": 450")
    );
    assert!(
        fs::read_to_string(dir.join("bench.svg"))
            .unwrap()
            .starts_with("<svg")
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_planted_regression_fails() {
    let (status, out, dir) = bench("regression", |dir| {
        for run in ["first", "again"] {
            replace(
                &dir.join(run).join("component"),
                "servers=1 vcpus=2 instructions=450",
                "servers=1 vcpus=2 instructions=453",
            );
        }
    });
    assert_eq!(status, 1);
    assert!(
        out.contains(
            "FAIL null-hypercall/servers=1/vcpus=2 found 453, wanted at most 452 (n 442 + 10)"
        ),
        "{out}"
    );
    assert_eq!(out.matches("FAIL").count(), 1, "{out}");
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn numbers_that_differ_in_the_second_run_fail() {
    let (status, out, dir) = bench("differ", |dir| {
        replace(&dir.join("again/upstream"), "592", "593");
    });
    assert_eq!(status, 1);
    assert!(
        out.contains(
            "FAIL twice-the-same null-hypercall/servers=1/vcpus=1 of upstream: 592, then 593"
        ),
        "{out}"
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn a_figure_that_a_build_lacks_fails() {
    let (status, out, dir) = bench("lacks", |dir| {
        for run in ["first", "again"] {
            replace(
                &dir.join(run).join("component"),
                "BENCH null-hypercall servers=8 vcpus=2 instructions=450\n",
                "",
            );
        }
    });
    assert_eq!(status, 1);
    assert!(
        out.contains("FAIL complete there is no null-hypercall/servers=8/vcpus=2 of component"),
        "{out}"
    );
    fs::remove_dir_all(dir).unwrap();
}

#[test]
fn files_that_are_not_as_they_should_be_are_no_result() {
    let (status, out, dir) = bench("broken", |dir| {
        fs::write(dir.join("first/n"), "BENCH null-hypercall instructions=?\n").unwrap();
    });
    assert_eq!(status, 2);
    assert!(out.contains("first/n"), "{out}");
    fs::remove_dir_all(dir).unwrap();

    let (status, _, dir) = bench("nothing", |dir| fs::write(dir.join("again/n"), "").unwrap());
    assert_eq!(status, 2);
    fs::remove_dir_all(dir).unwrap();
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
