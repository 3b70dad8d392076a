# SPDX-License-Identifier: GPL-2.0-only
"""Says whether the requirements in xen-rs/requirements are whole, and their tests exist.

Usage: traced.py [PROJECT]

Each requirement has its parts, in upstream's order (docs/fusa/reqs/intro.rst), and a tag
of its own; covers one that is there and needs its level; and is covered if it needs to
be. Each of the lower two levels names tests, as KIND/TEST, and each of these is one that
a job of that kind has. Prints what is wrong, a line each; exit status 1 if something is.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LEVELS = ("XenMkt", "XenProd", "XenSwdgn")
TAG = re.compile(rf"^`((?:{'|'.join(LEVELS)})~[a-z0-9_]+~[0-9]+)`$", re.M)

# Where the tests of a kind of job have their names, and how.
NAMED = {
    "audit": [
        ("osstest/audit/src/rules/**/*.rs", r'^    name: "([a-z-]+)",'),
        ("osstest/audit/src/rules/hypervisor/reached.rs", r'^    [A-Z_]+ = "([a-z-]+)",'),
    ],
    "battery": [("osstest/guest/src/battery/table.rs", r'^ +(?:test|at_least_one)\("([^"]+)"')],
    "citizen": [("osstest/citizen/*.bats", r'^@test "([^"]+)"')],
    "differential": [("osstest/ts-differential", r'^ *test_result \S+ "([a-z-]+)')],
    "fuzz": [("osstest/ts-fuzz", r'echo "ok (fuzz) ')],
    "loom": [("xen-rs/tests/loom/main.rs", r"^    ([a-z0-9_]+)$")],
    "protocol": [("osstest/guest/src/scenario/cases/**/*.rs", r"^//! boot ([^ :]+):")],
    "stress": [("osstest/ts-stress", r'echo "ok (invariant-held) ')],
    "host": [("xen-rs/tests/*.rs", ""), ("xen-rs/tests/hooks/*.rs", ""), ("xen-rs/src/*.rs", "")],
}
RUST_TEST = r"^ *#\[test\]\n(?: *#\[.*\]\n)* *fn ([a-z0-9_]+)\(\)"


def tests_of(project: Path, kind: str) -> set[str]:
    names = set()
    for pattern, name in NAMED[kind]:
        for path in project.glob(pattern):
            # As cargo names a unit test.
            before = f"{path.stem}::tests::" if path.parent.name == "src" else ""
            found = re.findall(name or RUST_TEST, path.read_text(), re.M)
            names |= {before + each.replace(" ", "-") for each in found}
    return names


@dataclass
class Requirement:
    """What a file says under a tag."""

    tag: str
    text: str
    lists: dict[str, list[str]]

    @property
    def level(self) -> int:
        return LEVELS.index(self.tag.split("~")[0])


def requirements(text: str) -> Iterator[Requirement]:
    _, *rest = TAG.split(text)
    for tag, body in zip(rest[::2], rest[1::2], strict=True):
        lists = {
            name: [item[3:].strip("`") for item in items.splitlines()]
            for name, items in re.findall(r"^(\w+):\n((?: - .*\n)+)", body, re.M)
        }
        yield Requirement(tag, body, lists)


def wrong_with(each: Requirement, by_tag: dict[str, Requirement]) -> Iterator[str]:
    wanted = ["Description", "Rationale", "Comments"]
    wanted += ["Tests", "Covers"] if each.level > 0 else []
    wanted += ["Needs"] if each.level < 2 else []
    parts = re.findall(r"^([A-Z]\w+):$", each.text, re.M)
    if parts != wanted:
        yield f"has the parts {' '.join(parts)}, and not {' '.join(wanted)}"
    description = each.text.partition("Description:")[2].partition("Rationale:")[0]
    if "Xen shall" not in " ".join(description.split()):
        yield "does not say what Xen shall do"
    for parent in each.lists.get("Covers", []):
        if parent not in by_tag or by_tag[parent].level != each.level - 1:
            yield f"covers {parent}, which is no requirement of the level above it"
    if each.level < 2:
        if each.lists.get("Needs") != [LEVELS[each.level + 1]]:
            yield f"does not need {LEVELS[each.level + 1]}"
        if not any(each.tag in other.lists.get("Covers", []) for other in by_tag.values()):
            yield "is covered by none"


def wrong_in(project: Path) -> Iterator[str]:
    found: list[Requirement] = []
    for path in sorted((project / "xen-rs/requirements").rglob("*.rst")):
        found += requirements(path.read_text())
    if not found:
        yield "There are no requirements."
    for tag, n in Counter(each.tag for each in found).items():
        if n > 1:
            yield f"{tag} is there {n} times"
    by_tag = {each.tag: each for each in found}
    tests = {kind: tests_of(project, kind) for kind in NAMED}
    for kind in NAMED:
        if not (project / "osstest/recipes" / kind).is_file():
            yield f"There are no jobs of the kind {kind}."
    for each in found:
        yield from (f"{each.tag} {wrong}" for wrong in wrong_with(each, by_tag))
        named = each.lists.get("Tests", [])
        if each.level > 0 and not named:
            yield f"{each.tag} names no test"
        for test in named:
            kind, _, name = test.partition("/")
            if name not in tests.get(kind, ()):
                yield f"{each.tag} names {test}, which is no test"


def main() -> int:
    project = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[2]
    wrong = list(wrong_in(project))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
