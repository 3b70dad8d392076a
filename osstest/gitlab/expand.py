# SPDX-License-Identifier: GPL-2.0-only
"""Prints a .gitlab-ci.yml as GitLab sees it, each job with what it extends, in JSON.

The schema takes nearly anything for a template, so that is what it is to check.

Usage: expand.py FILE
"""

import json
import sys
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """As GitLab does: mappings are merged, and all else replaced."""
    result = dict(base)
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        result[key] = merged(base[key], value) if both else value
    return result


def expanded(config: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    own = {key: value for key, value in job.items() if key != "extends"}
    base = job.get("extends")
    return merged(expanded(config, config[base]), own) if base else own


def main() -> None:
    config = YAML(typ="safe").load(Path(sys.argv[1]))
    whole = {
        name: expanded(config, value) if isinstance(value, dict) else value
        for name, value in config.items()
        if name[0] != "."
    }
    json.dump(whole, sys.stdout, indent=2)


if __name__ == "__main__":
    main()
