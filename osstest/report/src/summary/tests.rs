// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::flight::Status;
use crate::testing::{flight, job, one_step};

#[test]
fn a_line_for_each_job_and_each_failure() {
    let mut never = job("odd-board", Status::Unsupported, Vec::new());
    never.seconds = None;
    never.why = "no such board\nat all".to_owned();
    let summary = summary(&flight(vec![
        one_step("lint", Status::Pass, &["ok a"]),
        one_step("j", Status::Fail, &["FAIL a read 0x1", "ok b"]),
        never,
    ]));
    let wanted = "\
flight smoke

jobs:
 lint       pass            1:01
 j          fail            1:01
 odd-board  unsupported           no such board

Tests which did not succeed,
including tests which could not be run:
 j          1 ts-x: a  fail  read 0x1
";
    assert_eq!(summary, wanted);
}

#[test]
fn a_good_flight_has_no_failures() {
    let job = one_step("lint", Status::Pass, &["ok a"]);
    assert_eq!(
        summary(&flight(vec![job])),
        "flight smoke\n\njobs:\n lint  pass            1:01\n"
    );
}
