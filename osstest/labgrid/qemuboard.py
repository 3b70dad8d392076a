# SPDX-License-Identifier: GPL-2.0-only
"""A QEMU that looks like a board in a lab: a serial line and a power switch, on TCP."""

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread

from labgrid.util.qmp import QMPMonitor


@dataclass(frozen=True)
class Board:
    """Where it can be reached, on this machine."""

    serial_port: int
    power_url: str


class Power:
    """On and off, in QEMU's terms. Its serial line outlasts that, as a board's does
    which hangs on a serial server; unlike a board's, so does what is in its RAM."""

    def __init__(self, monitor: QMPMonitor) -> None:
        self.monitor = monitor
        self.lock = Lock()
        self.is_on = False

    def set(self, on: bool) -> None:
        with self.lock:
            self.monitor.execute("stop")
            self.monitor.execute("system_reset")
            if on:
                self.monitor.execute("cont")
            self.is_on = on


def power_switch(power: Power) -> ThreadingHTTPServer:
    """A switch as labgrid's power driver `rest` wants one."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.respond(200, b"1" if power.is_on else b"0")

        def do_PUT(self) -> None:
            value = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if value not in (b"0", b"1"):
                self.respond(400, b"0 or 1")
                return
            power.set(value == b"1")
            self.respond(200, b"")

        def respond(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    return ThreadingHTTPServer(("127.0.0.1", 0), Handler)


@contextmanager
def qemu_board(command: list[str], directory: Path, log: Path) -> Iterator[Board]:
    """Starts it in a directory, switched off. The command is of a QEMU that has no
    serial line and no monitor."""
    our_end, qemu_end = socket.socketpair()
    serial = "socket,id=serial,host=127.0.0.1,port=0,server=on,wait=off"
    qmp = f"socket,id=qmp,fd={qemu_end.fileno()}"
    command = [*command, "-S", "-chardev", serial, "-serial", "chardev:serial"]
    command += ["-chardev", qmp, "-mon", "chardev=qmp,mode=control"]
    with log.open("wb") as words, our_end:
        words.write(json.dumps(command).encode() + b"\n")
        words.flush()
        with subprocess.Popen(
            command, stdout=words, stderr=words, cwd=directory, pass_fds=[qemu_end.fileno()]
        ) as qemu:
            qemu_end.close()
            try:
                monitor = QMPMonitor(our_end.makefile("rb"), our_end.makefile("wb"))
                chardevs = {dev["label"]: dev for dev in monitor.execute("query-chardev")}
                port = re.search(r":(\d+),", chardevs["serial"]["filename"])
                assert port, chardevs
                with power_switch(Power(monitor)) as server:
                    Thread(target=server.serve_forever, daemon=True).start()
                    url = f"http://127.0.0.1:{server.server_port}/relay/{{index}}"
                    yield Board(int(port[1]), url)
                    server.shutdown()
            finally:
                qemu.kill()
