# SPDX-License-Identifier: GPL-2.0-only
"""Whatever goes wrong on the way to Xen ends, and says what it was."""

import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from conftest import FOREVER, SILENT, TALKS, Boot


def test_that_which_boots(boot: Boot, says: Callable[..., None]) -> None:
    says(boot.run("--until", "^and a line$"), 0, "")
    assert b"Xen version of a sort\r\nand a line\r\n" in (boot.folder / "console.log").read_bytes()


def test_a_line_that_never_comes(boot: Boot, says: Callable[..., None]) -> None:
    says(boot.run("--until", "^another line$", "--timeout", "3"), 3, "")


def test_a_board_that_prints_nothing(boot: Boot, says: Callable[..., None]) -> None:
    firmware = boot.folder / "firmware"
    firmware.write_bytes(b"".join(word.to_bytes(4, "little") for word in FOREVER))
    boot.change("/usr/lib/u-boot/qemu_arm64/u-boot.bin\n\ntargets", f"'{firmware}'\n\ntargets")
    boot.change("login_timeout: 60", "login_timeout: 4")
    says(boot.run("--until", "x"), 2, "no prompt of U-Boot, '\\\\n=> ', within 4 s")
    assert (boot.folder / "console.log").read_bytes() == b""


def test_no_network(boot: Boot, says: Callable[..., None]) -> None:
    boot.change("XenStrategy: &xen {", "XenStrategy: &xen { network: 'false',")
    says(boot.run("--until", "x"), 2, "U-Boot has no network: false")


def test_a_file_that_the_server_has_not(boot: Boot, says: Callable[..., None]) -> None:
    boot.change("tftp=tftp", "tftp=elsewhere")
    (boot.folder / "elsewhere").mkdir()
    says(boot.run("--until", "x"), 2, "U-Boot cannot get xen by TFTP")


def test_a_file_that_is_another(boot: Boot, says: Callable[..., None]) -> None:
    boot.change("tftp=tftp", "tftp=elsewhere")
    (boot.folder / "elsewhere").mkdir()
    (boot.folder / "elsewhere" / "xen").write_bytes(SILENT)
    says(boot.run("--until", "x"), 2, "the board's TFTP server has another xen than")


def test_a_file_that_is_no_image(boot: Boot, says: Callable[..., None]) -> None:
    boot.xen = b"this is no hypervisor"
    says(boot.run("--until", "x"), 2, "Bad Linux ARM64 Image magic!")


def test_a_xen_that_says_nothing(boot: Boot, says: Callable[..., None]) -> None:
    boot.xen = SILENT
    boot.change("XenStrategy: &xen {", "XenStrategy: &xen { boot_timeout: 3,")
    says(boot.run("--until", "x"), 2, "Xen says nothing after booti")


def test_a_board_that_never_stops_talking(boot: Boot, says: Callable[..., None]) -> None:
    """A serial line that nobody reads holds up all of QEMU, its monitor too."""
    boot.xen = TALKS
    says(boot.run("--until", "^and a line$"), 0, "")


def test_a_place_that_cannot_be_had(boot: Boot, says: Callable[..., None]) -> None:
    says(boot.run("--target", "remote", "--until", "x"), 2, "labgrid-client -p nowhere acquire")


def test_interrupted_it_leaves_no_qemu(boot: Boot) -> None:
    """QEMU has the folder as its own, and so has nothing else."""

    def of_folder() -> list[Path]:
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            # Not for a process of another user, or one that has ended meanwhile.
            with suppress(OSError):
                if (process / "cwd").readlink() == boot.folder:
                    found.append((process / "exe").readlink())
        return [exe for exe in found if exe.name.startswith("qemu")]

    command = boot.command("--until", "x")
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        end = time.monotonic() + 30
        while not of_folder() and time.monotonic() < end:
            time.sleep(0.05)
        assert of_folder()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 130
    assert not of_folder()
