// SPDX-License-Identifier: GPL-2.0-only

use super::*;
use crate::testing;

fn figures() -> Figures {
    let mut lines = Vec::new();
    for vcpus in [1, 8, 127] {
        let line =
            |servers, count| format!("{WHAT} servers={servers} vcpus={vcpus} instructions={count}");
        lines.push((Build::N, line(0, 442)));
        for servers in [1, 8] {
            lines.push((Build::Upstream, line(servers, 592 + 6 * vcpus * servers)));
            lines.push((Build::Component, line(servers, 443)));
        }
    }
    let lines: Vec<_> = lines
        .iter()
        .map(|(build, line)| (*build, line.as_str()))
        .collect();
    testing::figures(&lines)
}

#[test]
fn each_line_is_named_where_it_ends() {
    let svg = svg("Xen 4.20", &figures()).unwrap();
    for label in [
        "upstream, 8 servers: 6,688",
        "upstream, 1 server: 1,354",
        "component, 8 servers: 443",
        "component, 1 server: 443",
        "IOREQ_SERVER=n: 442",
        "The component stays at 443 instructions",
        "Xen 4.20: instructions per null hypercall",
    ] {
        assert!(svg.contains(label), "{label}");
    }
    let lines =
        ["stroke-width=\"5\"", "stroke-width=\"2\""].map(|width| svg.matches(width).count());
    assert_eq!(lines, [2, 2]);
}

#[test]
fn every_colour_has_one_for_dark_pages() {
    let svg = svg("Xen", &figures()).unwrap();
    let (style, drawn) = svg.split_once("</style>").unwrap();
    for part in drawn.split('"').filter(|part| part.starts_with('#')) {
        assert!(style.contains(&format!("[fill=\"{part}\"]")), "{part}");
    }
}

#[test]
fn no_text_is_markup() {
    let svg = svg("<script>&\"", &figures()).unwrap();
    assert!(!svg.contains("<script"));
}

#[test]
fn it_loads_nothing() {
    let svg = svg("Xen", &figures()).unwrap();
    assert_eq!(svg.matches("http").count(), 1, "the namespace");
    assert!(!svg.contains("url(") && !svg.contains("href"));
}

#[test]
fn without_a_line_there_is_none() {
    assert!(svg("Xen", &Figures::default()).is_err());
}
