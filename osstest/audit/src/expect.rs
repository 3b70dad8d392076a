// SPDX-License-Identifier: GPL-2.0-only

//! What the audited files are held against.

use std::collections::{BTreeMap, BTreeSet};

/// The header that declares the exports, as generated.
pub const HEADER: &str = include_str!("../../../ffi/include/xen_rs.h");

/// What the object may leave undefined.
pub const ALLOWED: &str = include_str!("../allowed-undefined.txt");

/// What all exports start with.
pub const PREFIX: &str = "xen_rs_";

/// The functions that a C header declares, of those that start with [`PREFIX`].
///
/// # Errors
///
/// If there is none: then it is not the header of the component.
pub fn exports(header: &str) -> Result<BTreeSet<String>, String> {
    let code = without_comments(header);
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut exports = BTreeSet::new();
    for (at, _) in code.match_indices('(') {
        let before = code[..at].trim_end();
        let name = before.rsplit(|c| !is_word(c)).next().unwrap_or_default();
        if name.starts_with(PREFIX) {
            exports.insert(name.to_owned());
        }
    }
    if exports.is_empty() {
        return Err(format!("the header declares no {PREFIX}* function"));
    }
    Ok(exports)
}

/// C without its comments and preprocessor lines.
fn without_comments(header: &str) -> String {
    let mut code = String::new();
    let mut rest = header;
    while let Some((before, comment)) = rest.split_once("/*") {
        code.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    code.push_str(rest);
    code.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .filter(|line| !line.trim_start().starts_with('#'))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Symbols, and why each may be undefined.
///
/// # Errors
///
/// If a line has no reason, or repeats a symbol.
pub fn allowed(list: &str) -> Result<BTreeMap<String, String>, String> {
    let mut allowed = BTreeMap::new();
    for line in list.lines().map(str::trim) {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((symbol, reason)) = line.split_once(char::is_whitespace) else {
            return Err(format!("{line} is allowed without a reason"));
        };
        let reason = reason.trim().to_owned();
        if allowed.insert(symbol.to_owned(), reason).is_some() {
            return Err(format!("{symbol} is allowed twice"));
        }
    }
    Ok(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(header: &str) -> Vec<String> {
        exports(header).unwrap().into_iter().collect()
    }

    #[test]
    fn exports_of_the_generated_header() {
        assert_eq!(
            names(HEADER),
            [
                "xen_rs_exit_work",
                "xen_rs_flag_all",
                "xen_rs_hypercall_continued",
                "xen_rs_hypercall_preempted",
                "xen_rs_leaf_freed",
                "xen_rs_mapcache_send",
                "xen_rs_servers_changed",
            ]
        );
    }

    #[test]
    fn declarations_alone_are_exports() {
        let header = "/* xen_rs_a() */ // xen_rs_b()\n\
                      #define XEN_RS_C xen_rs_c(1)\n\
                      bool *xen_rs_d(struct xen_rs_e *e,\n\
                      \x20        int f /* xen_rs_g( */);\n\
                      void\nxen_rs_h\n(void);\n\
                      void other(void);\n";
        assert_eq!(names(header), ["xen_rs_d", "xen_rs_h"]);
        assert!(exports("void other(void); /* xen_rs_a(").is_err());
    }

    #[test]
    fn every_allowed_symbol_has_a_reason() {
        let list = allowed("# comment\n\none  its reason\ntwo\tanother").unwrap();
        assert_eq!(list["one"], "its reason");
        assert_eq!(list["two"], "another");
        assert!(allowed("one").is_err());
        assert!(allowed("one a\none b").is_err());
        assert!(allowed(ALLOWED).is_ok());
    }
}
