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


class LabError(Exception):
    """Something of the lab does not come up."""


@contextmanager
def server(
    module: str, *options: str, ready: str, directory: Path
) -> Iterator[re.Match[str]]:
    """One of labgrid's programs in the background, from when it says `ready`."""
    log = directory / f"{module.rpartition('.')[2]}.log"
    with log.open("wb") as words, subprocess.Popen(
        [sys.executable, "-m", module, *options], stdout=words, stderr=words, cwd=directory
    ) as process:
        try:
            end = time.monotonic() + 30
            while not (match := re.search(ready, log.read_text(errors="replace"))):
                if process.poll() is not None or time.monotonic() > end:
                    raise LabError(f"{module} did not say {ready!r}: see {log}")
                time.sleep(0.05)
            yield match
        finally:
            process.terminate()


def exporter_config(board: Board) -> dict[str, object]:
    """What the exporter of a lab says of a board: see the examples beside."""
    serial = {"host": "127.0.0.1", "port": board.serial_port, "protocol": "raw"}
    power = {"model": "rest", "host": board.power_url, "index": 0}
    return {"board": {"NetworkSerialPort": serial, "NetworkPowerPort": power}}


def client(*words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "labgrid.remote.client", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise LabError(f"labgrid-client {' '.join(words)}: {done.stdout}{done.stderr}")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--env", type=Path, required=True, help="labgrid's environment file")
    parser.add_argument("--out", type=Path, required=True, help="where the board's files are")
    parser.add_argument("command", nargs="+")
    return parser.parse_args()


def main() -> int:
    args = arguments()
    place = os.environ["LG_PLACE"] = "loopback-board"
    env = Environment(str(args.env.resolve()))
    qemu = env.get_target("local").get_driver("QEMUDriver", activate=False)
    logs = (args.out / "loopback").resolve()
    logs.mkdir(parents=True, exist_ok=True)
    here = Path.cwd()
    with ExitStack() as lab:
        os.chdir(args.out)
        board = lab.enter_context(qemu_board(qemu.get_qemu_base_args(), logs / "qemu.log"))
        os.chdir(here)
        listening = lab.enter_context(
            server(
                "labgrid.remote.coordinator",
                "--listen",
                "127.0.0.1:0",
                ready=r"listening on (\S+:\d+)",
                directory=logs,
            )
        )
        os.environ["LG_COORDINATOR"] = listening[1]
        exports = logs / "exporter.yaml"
        exports.write_text(yaml.safe_dump(exporter_config(board)))
        lab.enter_context(
            server(
                "labgrid.remote.exporter",
                *("--coordinator", listening[1], "--name", "loopback", "--hostname", "127.0.0.1"),
                str(exports),
                ready="Exporter ready",
                directory=logs,
            )
        )
        client("-p", place, "create")
        client("-p", place, "add-match", "loopback/board/*")
        return subprocess.run(args.command, check=False).returncode


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except LabError as error:
        print(f"*** {error}", file=sys.stderr)
        sys.exit(2)
