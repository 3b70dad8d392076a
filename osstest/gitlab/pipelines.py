# SPDX-License-Identifier: GPL-2.0-only
"""What a schema cannot say of a CI file for GitLab: that it is a flight.

Usage: pipelines.py FILE <JOBS

JOBS are the names of the flight's jobs that are supported, a line each. Each is in
FILE, after all that it needs, and nothing else is but the report.
Prints what is wrong, a line each; exit status 1 if something is.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

KEYWORDS = {"stages", "variables", "workflow", "default"}


def wrong_with(config: dict[str, Any], wanted: list[str]) -> Iterator[str]:
    pipeline = [name for name in config if name not in KEYWORDS and name[0] != "."]
    for name in wanted:
        if name not in pipeline:
            yield f"{name} is in the flight, and not in its pipeline"
    for name in pipeline:
        if name not in wanted and name != "report":
            yield f"{name} is in the pipeline, and not in the flight"
        if (base := config[name].get("extends")) and base not in config:
            yield f"{name} extends {base}, which does not exist"
        for need in config[name].get("needs", []):
            if need not in pipeline:
                yield f"{name} needs {need}, which is not in the pipeline"
            elif pipeline.index(need) > pipeline.index(name):
                yield f"{name} needs {need}, which comes later"


def main() -> int:
    config = YAML(typ="safe").load(Path(sys.argv[1]))
    wrong = list(wrong_with(config, sys.stdin.read().splitlines()))
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
