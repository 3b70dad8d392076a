// SPDX-License-Identifier: GPL-2.0-only

use super::*;

/// A console of one traced episode with these operations.
pub(crate) fn console(ops: &[&str], digest: &str) -> String {
    let ops: Vec<String> = ops.iter().map(|op| format!("OP {op}\r\n")).collect();
    let ops = ops.concat();
    format!(
        "(XEN) d0 says\r\nDIFFERENTIAL begin seed=7 first=3 episodes=1\r\n{ops}EPISODE 3 {digest}\r\n\
         KIND decrease performed=2 done=1 invalidations=1\r\n\
         RULE exact operations=1\r\nRULE foreign operations=1\r\n\
         DIFFERENTIAL end ops=2 episodes=1 invalidations=1 missed=4 sent-when-enabled=4\r\n"
    )
}

#[test]
fn a_run_is_read() {
    let run = parse(&console(
        &["0 v2 decrease 3 -> 1 | before=0,0 invalidations=1,0"],
        "ab",
    ))
    .expect("whole");
    assert_eq!(run.seed, "7");
    assert_eq!(run.episodes[&3], "ab");
    assert_eq!(run.ops[0].place, 0);
    assert_eq!(run.ops[0].what, "v2 decrease 3");
    assert_eq!(run.ops[0].outcome, "1 | before=0,0 invalidations=1,0");
    assert_eq!(run.ops[0].hidden, "");
    assert_eq!(run.kinds["decrease"].done, 1);
    assert_eq!((run.operations, run.invalidations), (2, 1));
    assert_eq!(run.rules[1], ("foreign".to_owned(), 1));
    assert_eq!((run.missed, run.sent), (4, 4));
}

#[test]
fn what_is_for_the_reader_is_apart() {
    let run = parse(&console(
        &["0 v2 multicall Remove:1 -> 0 | before=0,0 invalidations>=1,0 # invalidations=2,0"],
        "ab",
    ));
    let op = &run.expect("whole").ops[0];
    assert_eq!(op.outcome, "0 | before=0,0 invalidations>=1,0");
    assert_eq!(op.hidden, "invalidations=2,0");
}

#[test]
fn an_operation_may_have_no_result() {
    let run = parse(&console(
        &["0 v2 mmio-read server=1 -> | before=0,0 invalidations=0,0"],
        "ab",
    ));
    assert_eq!(
        run.expect("whole").ops[0].outcome,
        "| before=0,0 invalidations=0,0"
    );
}

#[test]
fn what_is_not_whole_is_refused() {
    let whole = console(&[], "ab");
    for missing in ["DIFFERENTIAL begin", "DIFFERENTIAL end", "EPISODE"] {
        let rest: String = whole
            .split_inclusive('\n')
            .filter(|line| !line.starts_with(missing))
            .collect();
        assert!(parse(&rest).is_err(), "without {missing}");
    }
}

#[test]
fn a_fault_is_found() {
    let fault = console(&[], "ab") + "FAULT domu it is over\r\n";
    assert_eq!(
        parse(&fault).expect_err("a fault").why,
        "FAULT domu it is over"
    );
}

#[test]
fn parts_are_joined() {
    let part = parse(&console(&[], "ab")).expect("whole");
    let mut other = part.clone();
    other.episodes = [(4, "cd".to_owned())].into();
    let whole = join([part, other]);
    assert_eq!(whole.episodes.len(), 2);
    assert_eq!(whole.operations, 4);
    assert_eq!(whole.kinds["decrease"].performed, 4);
    assert_eq!(whole.rules[0], ("exact".to_owned(), 2));
    assert_eq!(whole.missed, 8);
}
