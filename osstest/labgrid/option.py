# SPDX-License-Identifier: GPL-2.0-only
"""Prints an option of a labgrid environment: its value, a line for each of several, or
nothing if it has no such option.

Usage: option.py ENVIRONMENT NAME
"""

import sys
from pathlib import Path

from labgrid.util.yaml import load


def main() -> None:
    environment, name = sys.argv[1:]
    value = load(Path(environment).read_text()).get("options", {}).get(name, {})
    for line in map(" ".join, value.items()) if isinstance(value, dict) else [value]:
        print(line)


if __name__ == "__main__":
    main()
