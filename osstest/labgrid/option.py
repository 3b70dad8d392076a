# SPDX-License-Identifier: GPL-2.0-only
"""Prints an option of a labgrid environment: a value, or a line for each of several.

Usage: option.py ENVIRONMENT NAME
"""

import sys
from pathlib import Path

from labgrid.util.yaml import load


def main() -> None:
    environment, name = sys.argv[1:]
    options = load(Path(environment).read_text()).get("options", {})
    if name not in options:
        sys.exit(f"*** {environment} has no option {name}: see osstest/labgrid/README.md")
    value = options[name]
    print(*(" ".join(pair) for pair in value.items()) if isinstance(value, dict) else [value], sep="\n")


if __name__ == "__main__":
    main()
