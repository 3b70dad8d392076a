# SPDX-License-Identifier: GPL-2.0-only
"""What a schema cannot say of a .gitlab-ci.yml: that each flight is a pipeline.

Usage: pipelines.py FILE FLIGHT <JOBS

JOBS are osstest/make-flight's lines for FLIGHT. Each job of theirs that is
supported is in the pipeline, after all that it needs, and nothing else is but the
report. Prints what is wrong, a line each; exit status 1 if something is.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

KEYWORDS = {"stages", "variables", "workflow", "default"}


def is_in(job: dict[str, Any], flight: str) -> bool:
    """Whether its rules, which all look alike, have it in this flight."""
    if "rules" not in job:
        return True
    (rule,) = job["rules"]
    pattern = re.fullmatch(r"\$FLIGHT =~ /(.*)/", rule["if"])
    return pattern is not None and re.search(pattern[1], flight) is not None


def wrong_with(config: dict[str, Any], flight: str, lines: list[str]) -> Iterator[str]:
    jobs = {name: job for name, job in config.items() if name not in KEYWORDS and name[0] != "."}
    pipeline = [name for name, job in jobs.items() if is_in(job, flight)]
    wanted = [line.split()[0] for line in lines if " unsupported=" not in line]
    for name in wanted:
        if name not in pipeline:
            yield f"{name} is in flight {flight}, and not in its pipeline"
    for name in pipeline:
        if name not in wanted and name != "report":
            yield f"{name} is in the pipeline, and not in flight {flight}"
        if (base := jobs[name].get("extends")) and base not in config:
            yield f"{name} extends {base}, which does not exist"
        for need in jobs[name].get("needs", []):
            if need not in pipeline:
                yield f"{name} needs {need}, which is not in the pipeline of flight {flight}"
            elif pipeline.index(need) > pipeline.index(name):
                yield f"{name} needs {need}, which comes later"


def main() -> int:
    file, flight = sys.argv[1:]
    config = YAML(typ="safe").load(Path(file))
    wrong = list(wrong_with(config, flight, sys.stdin.read().splitlines()))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
