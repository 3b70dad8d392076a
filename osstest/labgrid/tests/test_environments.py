# SPDX-License-Identifier: GPL-2.0-only
"""The environments are whole, and the boot files for their boards can be made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import HERE, SILENT, device_tree
from labgrid.util.yaml import load
from loopback import PLACE, lab

EXAMPLES = ["rpi4", "zcu102"]


def environment(name: str) -> Path:
    return HERE / f"{name}.yaml"


def check(file: Path, target: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(HERE / "check.py"), str(file), target]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def exports_of(name: str) -> dict[str, object]:
    """The example's, with a socket for its serial adapter, which is not here."""
    exports = yaml.safe_load((HERE / "exporter.example.yaml").read_text())[name]
    assert exports.pop("USBSerialPort")
    return exports | {"NetworkSerialPort": {"host": "127.0.0.1", "port": 1, "protocol": "raw"}}


@pytest.fixture
def lg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LG_PCPUS", "1")
    monkeypatch.setenv("LG_PLACE", PLACE)


def test_environments_are_all_tested() -> None:
    found = {path.stem for path in HERE.glob("*.yaml")} - {"exporter.example"}
    assert found == {*EXAMPLES, "qemu-uboot"}


@pytest.mark.usefixtures("lg")
def test_environment_qemu_uboot_at_local() -> None:
    done = check(environment("qemu-uboot"), "local")
    assert done.returncode == 0, done.stderr
    assert "power QEMUPlugDriver\nconsole QEMUPlugDriver\n" in done.stdout


@pytest.mark.usefixtures("lg")
@pytest.mark.parametrize("name", EXAMPLES)
def test_environment(name: str, tmp_path: Path) -> None:
    with lab(exports_of(name), tmp_path):
        done = check(environment(name), "remote")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "power NetworkPowerDriver NetworkPowerPort",
        "console SerialDriver NetworkSerialPort",
        "uboot UBootDriver NetworkSerialPort",
        "tftp TFTPProviderDriver RemoteTFTPProvider",
    ]


@pytest.mark.usefixtures("lg")
def test_a_place_without_a_power_switch_is_noticed(tmp_path: Path) -> None:
    exports = exports_of("rpi4")
    del exports["NetworkPowerPort"]
    with lab(exports, tmp_path):
        done = check(environment("rpi4"), "remote")
    assert done.returncode == 1
    assert "NetworkPowerPort" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", EXAMPLES)
def test_boot_files(name: str, tmp_path: Path) -> None:
    """With a device tree of nothing: what the board's file says is enough."""
    for file in ("xen", "dom0", "domu"):
        (tmp_path / file).write_bytes(SILENT)
    (tmp_path / "board.dtb").write_bytes(device_tree())
    board = load(environment(name).read_text())["options"]["board"]
    command = [HERE.parent / "boot", "--files-only", "--board", board, "--pcpus", "1"]
    for option, file in {"xen": "xen", "dom0": "dom0", "domu": "domu", "out": ""}.items():
        command += [f"--{option}", tmp_path / file]
    made = {**os.environ, "BOARD_DTB": str(tmp_path / "board.dtb")}
    subprocess.run(command, env=made, check=True)
    roles = [line.split("\t")[0] for line in (tmp_path / "loads").read_text().splitlines()]
    assert roles == ["xen", "dtb", "dom0", "domu"]
    chosen = subprocess.run(
        ["fdtget", tmp_path / "machine.dtb", "/chosen", "xen,xen-bootargs"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "dtuart=/" in chosen.stdout

    without = subprocess.run(command, env=os.environ, capture_output=True, text=True, check=False)
    assert without.returncode == 2
    assert "BOARD_DTB= names no file" in without.stderr
