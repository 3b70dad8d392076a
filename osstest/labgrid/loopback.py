# SPDX-License-Identifier: GPL-2.0-only
"""Runs a command beside a lab of labgrid's that is all on this machine.

A coordinator, an exporter, and as the board the QEMU of the environment's target
`local`: what they are in a lab, each on its own machine. They listen on 127.0.0.1,
on ports that are free, and end with the command, which finds them as anybody does:
LG_COORDINATOR and LG_PLACE.

Exit status: the command's; 2 if the lab does not come up.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import yaml
from labgrid import Environment
from qemuboard import Board, qemu_board

PLACE = "loopback-board"


class LabError(Exception):
    """Something of the lab does not come up."""


@contextmanager
def server(module: str, *options: str, ready: str, directory: Path) -> Iterator[re.Match[str]]:
    """One of labgrid's programs in the background, from when it says `ready`."""
    log = directory / f"{module.rpartition('.')[2]}.log"
    command = [sys.executable, "-m", module, *options]
    with (
        log.open("wb") as words,
        subprocess.Popen(command, stdout=words, stderr=words, cwd=directory) as process,
    ):
        try:
            end = time.monotonic() + 60
            while not (match := re.search(ready, log.read_text(errors="replace"))):
                if process.poll() is not None or time.monotonic() > end:
                    raise LabError(f"{module} did not say {ready!r}: see {log}")
                time.sleep(0.05)
            yield match
        finally:
            process.terminate()


def client(*words: str) -> None:
    command = [sys.executable, "-m", "labgrid.remote.client", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"labgrid-client {' '.join(words)}: {done.stdout}{done.stderr}")


@contextmanager
def lab(exports: dict[str, object], directory: Path) -> Iterator[None]:
    """A coordinator with one place, which has these resources."""
    directory.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        listening = stack.enter_context(
            server(
                "labgrid.remote.coordinator",
                *("--listen", "127.0.0.1:0"),
                ready=r"listening on (\S+:\d+)",
                directory=directory,
            )
        )
        os.environ["LG_COORDINATOR"] = listening[1]
        config = directory / "exporter.yaml"
        config.write_text(yaml.safe_dump({"board": exports}))
        stack.enter_context(
            server(
                "labgrid.remote.exporter",
                *("--coordinator", listening[1], "--name", "loopback", "--hostname", "127.0.0.1"),
                str(config),
                ready="Exporter ready",
                directory=directory,
            )
        )
        client("-p", PLACE, "create")
        client("-p", PLACE, "add-match", "loopback/board/*")
        yield


def exports_of(board: Board) -> dict[str, object]:
    """What the exporter of a lab says of a board: see the examples beside."""
    return {
        "NetworkSerialPort": {"host": "127.0.0.1", "port": board.serial_port, "protocol": "raw"},
        "NetworkPowerPort": {"model": "rest", "host": board.power_url, "index": 0},
    }


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", type=Path, required=True, help="labgrid's environment file")
    parser.add_argument("--out", type=Path, required=True, help="where the board's files are")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    os.environ["LG_PLACE"] = PLACE
    env = Environment(str(args.env.resolve()))
    qemu = env.get_target("local").get_driver("QEMUPlugDriver", activate=False)
    logs = (args.out / "loopback").resolve()
    logs.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        board = stack.enter_context(
            qemu_board(qemu.get_qemu_base_args(), args.out, logs / "qemu.log")
        )
        stack.enter_context(lab(exports_of(board), logs))
        command = subprocess.Popen(args.command)
        # It has a board to switch off before the lab ends.
        stack.callback(command.wait)
        stack.callback(command.terminate)
        return command.wait()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except LabError as error:
        print(f"*** {error}", file=sys.stderr)
        sys.exit(2)
