// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing::{all_named, flight, job, one_step, step};

fn passed(name: &str, steps: &[&str]) -> Job {
    let step = |name: &&str| step(name, Status::Pass, &["ok a"]);
    job(name, Status::Pass, steps.iter().map(step).collect())
}

/// What follows `from` in `page` until `to`.
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let after = page.split_once(from);
    let (_, after) = after.unwrap_or_else(|| panic!("no {from} in {page}"));
    let part = after.split_once(to);
    part.unwrap_or_else(|| panic!("no {to} after {from}")).0
}

#[test]
fn the_head_says_how_it_went() {
    let head = |jobs| {
        let page = page(&flight(jobs));
        part(&page, "<header", "</header>").to_owned()
    };
    let good = head(vec![passed("lint", &["ts-lint"])]);
    assert!(
        good.contains("1 passed, 0 failed<") && good.contains("class=\"pass\""),
        "{good}"
    );
    assert!(
        good.contains("2001-09-09 01:46:40 UTC") && good.contains("10:00"),
        "{good}"
    );
    let bad = head(vec![
        passed("lint", &["ts-lint"]),
        job("b", Status::Blocked, Vec::new()),
    ]);
    assert!(
        bad.contains("1 passed, 1 failed<") && bad.contains("class=\"fail\""),
        "{bad}"
    );
    assert!(head(Vec::new()).contains("nothing was tested"));
}

#[test]
fn a_flight_under_way_is_shown_so() {
    let mut flying = flight(vec![one_step("j", Status::Running, &[])]);
    flying.ended = None;
    let page = page(&flying);
    assert!(part(&page, "<header", "</header>").contains("not over"));
    assert!(
        part(&page, "<details class=\"job running\"", "</details>").contains("since 2001-09-09")
    );
}

#[test]
fn what_did_not_succeed_comes_first_and_open() {
    let mut failed = one_step("zz", Status::Fail, &["FAIL a details"]);
    failed.why = "log:7: FAIL a".to_owned();
    let page = page(&flight(vec![passed("aa", &["ts-x"]), failed]));
    let failures = part(&page, "<section class=\"failures\">", "</section>");
    assert!(failures.contains("<details class=\"job fail\" open>"));
    assert!(failures.contains("log:7: FAIL a") && failures.contains("details"));
    assert!(!failures.contains(">aa<"));
    assert!(page.find("<h2>Did not succeed") < page.find("<h2>Jobs by steps"));
    assert!(
        page.contains("<details class=\"job pass\"><summary>"),
        "closed if green"
    );
}

#[test]
fn whatever_is_over_without_success_is_a_failure() {
    for status in [Status::Broken, Status::Blocked, Status::Interrupted] {
        let page = page(&flight(vec![job("zz", status, Vec::new())]));
        assert!(part(&page, "<section class=\"failures\">", "</section>").contains(">zz<"));
    }
}

#[test]
fn a_good_flight_has_no_failures() {
    assert!(!page(&flight(vec![passed("aa", &["ts-x"])])).contains("<h2>Did not succeed"));
}

#[test]
fn jobs_of_a_kind_share_a_table_with_a_column_for_each_step() {
    let page = page(&flight(vec![
        passed("build-a", &["ts-build"]),
        passed("battery-a", &["ts-battery", "ts-battery pcpus=2"]),
        passed("battery-b", &["ts-battery"]),
        passed("build-b", &["ts-build"]),
    ]));
    let battery = part(&page, "<h3>battery</h3>", "</section>");
    assert_eq!(battery.matches("<tr").count(), 3);
    assert_eq!(battery.matches("scope=\"col\"").count(), 6);
    assert!(battery.contains("<small>pcpus=2</small>"));
    assert_eq!(battery.matches("<td class=\"empty\">").count(), 1);
    assert!(battery.contains("href=\"battery-a/log\">pass</a>"));
    assert!(!battery.contains("build-"));
}

#[test]
fn a_column_is_where_its_step_was_in_its_job() {
    let page = page(&flight(vec![
        passed("linux-a", &["ts-boot", "ts-balloon"]),
        passed(
            "linux-b",
            &["ts-boot", "ts-emulator", "ts-balloon", "ts-balloon"],
        ),
    ]));
    let linux = part(&page, "<h3>linux</h3>", "</section>");
    let heads = linux.split("scope=\"col\">").skip(1);
    let heads: Vec<_> = heads.map(|head| head.split('<').next().unwrap()).collect();
    assert_eq!(
        heads[4..],
        ["ts-boot", "ts-emulator", "ts-balloon", "ts-balloon"]
    );
    assert_eq!(linux.matches("<td class=\"cell pass\">").count(), 6);
}

#[test]
fn steps_that_hardly_two_jobs_share_have_no_column_of_their_own() {
    let page = page(&flight(vec![
        passed("lint", &["ts-lint"]),
        passed("host", &["ts-host-test"]),
        passed("audit", &["ts-audit object", "ts-audit xen"]),
        passed("loom", &["ts-loom"]),
    ]));
    let other = part(&page, "<h3>other</h3>", "</section>");
    assert_eq!(other.matches("<tr").count(), 5);
    assert_eq!(other.matches("scope=\"col\"").count(), 6);
    assert!(other.contains("step 2") && other.contains("ts-audit xen"));
}

#[test]
fn cached_and_unsupported_say_why() {
    let mut cached = one_step("loom", Status::Cached, &["ok a"]);
    cached.why = "The same files passed yesterday.".to_owned();
    let mut never = job("odd", Status::Unsupported, Vec::new());
    never
        .runvars
        .push(("unsupported".to_owned(), "no such board".to_owned()));
    let page = page(&flight(vec![cached, never]));
    assert!(part(&page, "job cached", "</div>").contains("passed yesterday"));
    assert!(part(&page, "Not supported", "</section>").contains("no such board"));
    assert!(page.contains("1 test passed when it ran"));
}

#[test]
fn a_job_that_did_not_run_is_listed() {
    let page = page(&flight(vec![
        passed("a", &["ts-x"]),
        job("b", Status::NotRun, Vec::new()),
    ]));
    assert!(part(&page, "<tr class=\"not-run\">", "</tr>").contains("not run"));
    assert!(
        !page.contains("href=\"#job-b\""),
        "there is nothing to go to"
    );
}

#[test]
fn every_link_within_the_page_has_its_target() {
    let page = page(&flight(vec![
        passed("a", &["ts-x"]),
        job("b", Status::Fail, Vec::new()),
        job("c<&>\"'", Status::Cached, Vec::new()),
        job("d", Status::Unsupported, Vec::new()),
    ]));
    assert_eq!(page.matches("href=\"#").count(), 4);
    for id in ["job-a", "job-b", "job-c&lt;&amp;&gt;&quot;'", "job-d"] {
        assert_eq!(page.matches(&format!("id=\"{id}\"")).count(), 1, "{id}");
    }
    assert!(page.contains("href=\"#job-c%3C%26%3E%22%27\""));
}

#[test]
fn no_text_is_markup() {
    let odd = "\"'><script>alert(1)</script>&amp;";
    let mut failed = all_named(odd);
    failed.steps[0].log = Some("javascript:alert(1)".to_owned());
    let mut flight = flight(vec![failed]);
    flight.name = odd.to_owned();
    flight.facts.push((odd.to_owned(), odd.to_owned()));
    flight.tools.push((odd.to_owned(), odd.to_owned()));
    let page = page(&flight);
    assert!(!page.contains("<script"));
    assert!(!page.contains("javascript:"));
    assert!(
        page.matches("&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;")
            .count()
            > 10
    );
}

#[test]
fn the_page_loads_nothing() {
    let page = page(&flight(vec![passed("a", &["ts-x"])]));
    for loads in ["src=", "<link", "@import", "url(", "http:", "https:"] {
        assert!(!page.contains(loads), "{loads}");
    }
}

#[test]
fn a_plot_is_an_image_within_the_page() {
    let mut bench = passed("bench-a", &["ts-bench"]);
    let svg = "<svg><script>alert(1)</script> # 100%</svg>";
    bench.plots.push(("bench.svg".to_owned(), svg.to_owned()));
    let page = page(&flight(vec![bench]));
    let plot = part(
        &page,
        "<a class=\"plot\" href=\"bench-a/bench.svg\">",
        "</a>",
    );
    assert!(
        plot.contains("src=\"data:image/svg+xml,%3Csvg%3E"),
        "{plot}"
    );
    assert!(plot.contains("%23%20100%25%3C%2Fsvg%3E\""), "{plot}");
    assert!(!page.contains("<svg") && !page.contains("<script"));
}

#[test]
fn a_file_is_shown_once_with_the_jobs_that_tested_it() {
    let tested = |name| {
        let mut job = passed(name, &["ts-x"]);
        job.hashes.push(("0a".repeat(32), "xen".to_owned()));
        job
    };
    let page = page(&flight(vec![tested("a"), tested("b")]));
    let hashes = part(&page, "What was tested", "</section>");
    assert_eq!(hashes.matches(&"0a".repeat(32)).count(), 1);
    assert!(hashes.contains("a, b") && hashes.contains("1 file<"));
}

#[test]
fn of_very_many_files_the_rest_is_in_the_folder() {
    let with = |files: usize| {
        let mut job = passed("a", &["ts-x"]);
        job.files = (0..files).map(|file| format!("{file:02}.dump")).collect();
        page(&flight(vec![job]))
    };
    assert!(with(40).contains("39.dump") && !with(40).contains("more in"));
    let page = with(42);
    assert!(page.contains("39.dump") && !page.contains("40.dump"));
    assert!(page.contains("and 2 more in <a href=\"a/\">"));
}

#[test]
fn very_long_details_are_cut() {
    let mut failed = one_step("j", Status::Fail, &["FAIL a"]);
    failed.steps[0].tests[0].details = "x".repeat(5000);
    assert!(page(&flight(vec![failed])).contains("x … (4200 characters more in the log)"));
}
