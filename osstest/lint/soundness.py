# SPDX-License-Identifier: GPL-2.0-only
"""Says whether xen-rs/SOUNDNESS.md has each `unsafe` of the component, and no other.

Usage: soundness.py [PROJECT]

Each function with `unsafe` has a row that says how much of which kind, and rests on
promises of the page's first table; each promise is rested on; and the fields that only
their vCPU touches are in no C but their declaration. Prints what is wrong, a line each;
exit status 1 if something is.
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

PAGE = "xen-rs/SOUNDNESS.md"
OWN = ("mapcache_since", "mapcache_target")

# In the order in which the page has them. The last is any other.
KINDS = {
    "name": r"#\[unsafe\(no_mangle\)\]",
    "fn": r'unsafe (?:extern "C" )?fn ',
    "block": r"unsafe \{",
    "extern": r'unsafe extern "C" \{',
    "of another kind": r"\bunsafe\b",
}


def described(kinds: Counter[str]) -> str:
    words = []
    for kind, n in ((kind, kinds[kind]) for kind in KINDS if kinds[kind]):
        if kind in ("name", "fn"):
            words.append(kind)
        else:
            words.append(f"{n} {kind}{'s' if kind == 'block' and n > 1 else ''}")
    return ", ".join(words)


def in_sources(project: Path) -> dict[str, str]:
    """What there is of `unsafe` in which function, as rustfmt lays it out."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for crate in ("xen-rs/src", "ffi/src"):
        for path in sorted((project / crate).rglob("*.rs")):
            name = path.name if crate == "xen-rs/src" else f"{crate}/{path.name}"
            where, of, attributes = name, "", 0
            for line in path.read_text().splitlines():
                code = line.split("//")[0]
                # impl<'a> Domain<'a> {, or impl Trait for Domain<'_> {
                if impl := re.match(r"impl(?:<.*?>)? (?:.* for )?(\w+)", code):
                    of = f"{impl[1]}::"
                elif code.startswith("}"):
                    where, of = name, ""
                if function := re.search(r"\bfn (\w+)", code):
                    where = f"{name} {of}{function[1]}"
                    found[where]["name"] += attributes
                    attributes = 0
                for kind, pattern in KINDS.items():
                    code, n = re.subn(pattern, "", code)
                    # An attribute is of the function below it.
                    if kind == "name":
                        attributes += n
                    else:
                        found[where][kind] += n
    return {where: what for where, kinds in found.items() if (what := described(kinds))}


def rows(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def in_c(project: Path) -> Iterator[str]:
    """Uses of the fields that only their vCPU touches."""
    for field in OWN:
        declared = re.compile(rf"\+\s+(?:s_time_t|domid_t) {field};")
        for path in sorted((project / "cbits").glob("*.[ch]")):
            if path.name != "layout.c" and re.search(rf"\b{field}\b", path.read_text()):
                yield f"cbits/{path.name} has {field}, which only its vCPU touches"
        for path in sorted((project / "patches").glob("*/*.patch")):
            for line in path.read_text().splitlines():
                if line.startswith("+") and field in line and not declared.fullmatch(line):
                    yield f"{path.name} has {field}, which only its vCPU touches"


def wrong_in(project: Path) -> Iterator[str]:
    promises_part, _, table = (project / PAGE).read_text().partition("\n## Each")
    promises = {row[0].strip("*") for row in rows(promises_part) if row[0].startswith("**")}
    page = {row[0].replace("`", ""): row[1:] for row in rows(table) if row[0].startswith("`")}
    sources = in_sources(project)
    for where in sorted(sources.keys() | page.keys()):
        has = page[where][0] if where in page else "nothing"
        if has != sources.get(where, "nothing"):
            yield f"{where} has unsafe: {sources.get(where, 'nothing')}; {PAGE} has: {has}"
    used = {promise for row in page.values() for promise in row[1].split(", ")}
    for promise in sorted(used - promises):
        yield f"{PAGE} rests on {promise}, which is no promise"
    for promise in sorted(promises - used):
        yield f"{PAGE} has a promise that nothing rests on: {promise}"
    yield from in_c(project)


def main() -> int:
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    wrong = list(wrong_in(project))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
