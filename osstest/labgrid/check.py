# SPDX-License-Identifier: GPL-2.0-only
"""Says whether an environment is whole: it loads, and the strategy finds all drivers,
and these their resources, at the place $LG_PLACE if it has one. Switches nothing.

Usage: check.py ENVIRONMENT TARGET
"""

import os
import sys
from contextlib import ExitStack

from boot import acquired
from labgrid import Environment


def main() -> None:
    environment, name = sys.argv[1:]
    env = Environment(environment)
    with ExitStack() as stack:
        if "RemotePlace" in env.config.get_targets()[name].get("resources", {}):
            stack.enter_context(acquired(os.environ["LG_PLACE"]))
        strategy = env.get_target(name).get_driver("XenStrategy", activate=False)
        stack.callback(env.cleanup)
        for binding in strategy.bindings:
            driver = getattr(strategy, binding)
            resources = sorted(type(each).__name__ for each in driver.get_bound_resources())
            print(binding, type(driver).__name__, *resources)


if __name__ == "__main__":
    main()
