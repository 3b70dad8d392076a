# SPDX-License-Identifier: GPL-2.0-only
"""Boots Xen on a board that labgrid drives: osstest/boot for boards.

Exit status, as osstest/boot's: 0 --until was seen; 2 it could not start; 3 it ran
out of time; 130 interrupted.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from labgrid import Environment
from labgrid.step import StepEvent, steps
from labgrid.strategy import StrategyError
from pexpect import TIMEOUT

if TYPE_CHECKING:
    from xenstrategy import Load, XenStrategy


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", type=Path, required=True, help="labgrid's environment file")
    parser.add_argument("--target", required=True, help="which of its targets")
    parser.add_argument("--out", type=Path, required=True, help="where osstest/boot put the files")
    parser.add_argument("--until", type=re.compile, required=True, help="a line of the console")
    parser.add_argument("--timeout", type=int, default=120, help="seconds until then")
    parser.add_argument("-v", dest="verbose", action="store_true", help="show the console")
    return parser.parse_args()


@contextmanager
def console_log(file: Path, verbose: bool) -> Iterator[None]:
    """Logs what is read from the board's console."""
    with file.open("wb", buffering=0) as log:

        def write(event: StepEvent) -> None:
            step = event.step
            over = step.tag == "console" and event.data.get("state") == "stop"
            if over and step.title == "read" and step.result:
                log.write(step.result)
                if verbose:
                    sys.stdout.buffer.write(step.result.replace(b"\r", b""))
                    sys.stdout.flush()

        steps.subscribe(write)
        try:
            yield
        finally:
            steps.unsubscribe(write)


class PlaceError(Exception):
    """The place cannot be acquired."""


@contextmanager
def acquired(place: str) -> Iterator[None]:
    """Has the place of a coordinator to itself."""

    def client(verb: str) -> None:
        command = [sys.executable, "-m", "labgrid.remote.client", "-p", place, verb]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            said = (done.stdout + done.stderr).strip()
            raise PlaceError(f"labgrid-client -p {place} {verb}: {said}")

    client("acquire")
    try:
        yield
    finally:
        client("release")


def read_loads(file: Path) -> "list[Load]":
    from xenstrategy import Load

    lines = (line.split("\t") for line in file.read_text().splitlines())
    return [Load(role, address, Path(path).resolve()) for role, address, path in lines]


def seen(strategy: "XenStrategy", until: re.Pattern[str], timeout: int) -> bool:
    end = time.monotonic() + timeout
    try:
        while True:
            left = max(0.0, end - time.monotonic())
            _, line, _, _ = strategy.console.expect(r"\r?\n", timeout=left)
            if until.search(line.decode(errors="replace")):
                return True
    except TIMEOUT:
        return False


def leave(what: Callable[[], None]) -> None:
    """Cleans up; an error in that does not replace an earlier one."""
    try:
        what()
    except Exception as error:  # labgrid's drivers raise what they like
        print(f"*** The board may still be on: {error!r}", file=sys.stderr)


def causes(error: BaseException | None) -> Iterator[str]:
    """The errors that broke a strategy, without those that only say that it is broken."""
    while error:
        if not str(error).endswith("is in broken state"):
            yield f"{type(error).__name__}: {error}"
        error = error.__cause__


def main() -> int:
    args = arguments()
    args.out.mkdir(parents=True, exist_ok=True)
    # This imports the strategy, as `imports` in the file says, and fails if it has been
    # imported before.
    env = Environment(str(args.env.resolve()))
    loads = read_loads(args.out / "loads")
    # An environment names the files in there by relative paths.
    os.chdir(args.out)
    with ExitStack() as stack:
        try:
            stack.enter_context(console_log(Path("console.log"), args.verbose))
            if "RemotePlace" in env.config.get_targets()[args.target].get("resources", {}):
                stack.enter_context(acquired(os.environ["LG_PLACE"]))
            stack.callback(leave, env.cleanup)
            strategy = env.get_target(args.target).get_driver("XenStrategy")
            stack.callback(leave, strategy.switch_off)
            strategy.loads = loads
            strategy.transition("xen")
            return 0 if seen(strategy, args.until, args.timeout) else 3
        except (StrategyError, PlaceError) as error:
            print(f"*** {next(causes(error), error)}", file=sys.stderr)
            return 2


def interrupted(*_: object) -> NoReturn:
    """Ends the program; cleaning up is not interrupted a second time."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(130)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, interrupted)
    signal.signal(signal.SIGTERM, interrupted)
    sys.exit(main())
