# SPDX-License-Identifier: GPL-2.0-only
"""What the tests share: how they report, and a board without a Xen."""

import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HERE))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A line for each test, as every step prints them."""
    if report.when == "call" or report.outcome != "passed":
        name = report.nodeid.rpartition("::")[2].removeprefix("test_")
        name = name.translate(str.maketrans("_[", "--", "]"))
        word = {"passed": "ok", "failed": "FAIL", "skipped": "skip"}[report.outcome]
        why = dict(report.user_properties).get("said", "")
        print(f"\n{word} {name} {'# ' if word == 'skip' else ''}{why}".rstrip())


def image(code: list[int], text: bytes = b"") -> bytes:
    """As booti wants it (Documentation/arch/arm64/booting.rst): header, code, text."""
    branch, anywhere = 0x14000010, 0b1010
    header = struct.pack("<IIQQQQQQ4sI", branch, 0, 0, 1 << 20, anywhere, 0, 0, 0, b"ARM\x64", 0)
    return header + struct.pack(f"<{len(code)}I", *code) + text + b"\0"


FOREVER = [0xD503207F, 0x17FFFFFF]  # wfi; b -4
# adr x0, text; mov x1, #0x9000000; 1: ldrb w2, [x0], #1; cbz w2, 2f; strb w2, [x1]; b 1b; 2:
PRINT = [0x10000100, 0xD2A12001, 0x38401402, 0x34000062, 0x39000022, 0x17FFFFFD]

SILENT = image(FOREVER)
# The same, over and over again.
TALKS = image([*PRINT, 0x17FFFFFA, *FOREVER[1:]], b"\r\nXen version of a sort\r\nand a line\r\n")
SAYS_XEN = image(PRINT + FOREVER, b"\r\nXen version of a sort\r\nand a line\r\n")


def device_tree() -> bytes:
    """One of nothing."""
    command = ["dtc", "-O", "dtb"]
    made = subprocess.run(command, input=b"/dts-v1/; / {};", capture_output=True, check=True)
    return made.stdout


class Boot:
    """A folder as osstest/boot --files-only makes it, and boot.py for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = (HERE / "qemu-uboot.yaml").read_text()
        self.change(
            "[xenstrategy.py, qemuplug.py]", f"['{HERE}/xenstrategy.py', '{HERE}/qemuplug.py']"
        )
        self.xen = SAYS_XEN
        (folder / "tftp").mkdir()

    def change(self, what: str, to: str) -> None:
        assert what in self.environment
        self.environment = self.environment.replace(what, to)

    def command(self, *options: str) -> list[str]:
        (self.folder / "machine.dtb").write_bytes(device_tree())
        (self.folder / "xen").write_bytes(self.xen)
        (self.folder / "env.yaml").write_text(self.environment)
        loads = {"xen": self.folder / "xen", "dtb": self.folder / "machine.dtb"}
        lines = [f"{role}\t-\t{file}\n" for role, file in loads.items()]
        (self.folder / "loads").write_text("".join(lines))
        return [
            sys.executable, str(HERE / "boot.py"), "--env", str(self.folder / "env.yaml"),
            "--target", "local", "--out", str(self.folder), *options,
        ]  # fmt: skip

    def run(self, *options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(self.command(*options), capture_output=True, text=True, check=False)


@pytest.fixture
def boot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Boot:
    monkeypatch.setenv("LG_PCPUS", "1")
    monkeypatch.setenv("LG_PLACE", "nowhere")
    monkeypatch.setenv("LG_COORDINATOR", "127.0.0.1:1")
    return Boot(tmp_path)


@pytest.fixture
def says(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """That a run ended with this status and said this, which is also reported."""

    def check(done: subprocess.CompletedProcess[str], status: int, what: str) -> None:
        assert what in done.stderr
        assert done.returncode == status, done.stderr
        record_property("said", done.stderr.strip() or f"ended with {status}")

    return check
