# SPDX-License-Identifier: GPL-2.0-only
"""A labgrid strategy: from a board that is off to Xen, by way of U-Boot and TFTP."""

import enum
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import attr
from attr.validators import in_, instance_of
from labgrid import target_factory
from labgrid.driver import ExecutionError
from labgrid.strategy import Strategy, StrategyError, never_retry
from pexpect import TIMEOUT


class Status(enum.Enum):
    """How far a board has come."""

    unknown = 0
    off = 1
    uboot = 2
    xen = 3


@dataclass(frozen=True)
class Load:
    """A file that has to be in memory before Xen starts: a line of osstest/boot's."""

    role: str
    address: str
    file: Path


@target_factory.reg_driver
@attr.s(eq=False)
class XenStrategy(Strategy):
    """Takes a board to `off`, `uboot` or `xen`.

    Args:
        network (str): U-Boot commands that bring up its network
        xen_address, dtb_address (str): where the board's U-Boot has room for those
        boot (str): its command for a Xen: booti for arm64, bootz for arm32
        boot_timeout (int): seconds until Xen must have said something
    """

    bindings: ClassVar = {
        "power": "PowerProtocol",
        "console": "ConsoleProtocol",
        "uboot": "UBootDriver",
        "tftp": "TFTPProviderDriver",
    }
    network = attr.ib(default="setenv autoload no; dhcp", validator=instance_of(str))
    xen_address = attr.ib(default="${kernel_addr_r}", validator=instance_of(str))
    dtb_address = attr.ib(default="${fdt_addr_r}", validator=instance_of(str))
    boot = attr.ib(default="booti", validator=in_(["booti", "bootz"]))
    boot_timeout = attr.ib(default=30, validator=instance_of(int))

    status = attr.ib(default=Status.unknown, init=False)
    loads: list[Load] = attr.ib(factory=list, init=False)

    @never_retry
    def transition(self, status: Status | str) -> None:
        wanted = Status[status] if isinstance(status, str) else status
        if wanted == self.status:
            return
        if wanted == Status.off:
            self._off()
        elif wanted == Status.uboot:
            self.transition(Status.off)
            self._to_uboot()
        elif wanted == Status.xen:
            self.transition(Status.uboot)
            self._to_xen()
        else:
            raise StrategyError(f"there is no way from {self.status.name} to {wanted.name}")
        self.status = wanted

    def switch_off(self) -> None:
        """Whatever went wrong: no board stays on."""
        self.broken = None
        self._off()
        self.status = Status.off

    def _off(self) -> None:
        self.target.deactivate(self.uboot)
        self.target.deactivate(self.console)
        self.target.activate(self.power)
        self.power.off()

    def _to_uboot(self) -> None:
        # A console that listens before the power is on misses nothing.
        self.target.activate(self.console)
        self.power.on()
        try:
            self.target.activate(self.uboot)
        except TIMEOUT as error:
            raise StrategyError(
                f"no prompt of U-Boot, {self.uboot.prompt!r}, within {self.uboot.login_timeout} s "
                "of switching the board on: see what its console said, if anything"
            ) from error

    def _to_xen(self) -> None:
        self.target.activate(self.tftp)
        self._command(self.network, "U-Boot has no network")
        at = {load.role: self._load(load) for load in self.loads}
        command = f"{self.boot} {at['xen']} - {at['dtb']}"
        self.console.sendline(command)
        index, before, _, _ = self._expect(
            [r"Xen version", self.uboot.prompt], f"Xen says nothing after {command}"
        )
        if index == 1:
            raise StrategyError(f"U-Boot does not start Xen: {command}: {self._tail(before)}")

    def _load(self, load: Load) -> str:
        """Gets a file into the board's memory, and sees that it is this one."""
        default = {"xen": self.xen_address, "dtb": self.dtb_address}.get(load.role, "")
        address = default if load.address == "-" else load.address
        name = self.tftp.stage(str(load.file))
        self._command(f"tftpboot {address} {name}", f"U-Boot cannot get {name} by TFTP")
        said = " ".join(self._command(f"crc32 {address} ${{filesize}}", "U-Boot has no crc32"))
        match = re.search(r"==> ([0-9a-f]{8})", said)
        found = match[1] if match else said
        wanted = f"{zlib.crc32(load.file.read_bytes()):08x}"
        if found != wanted:
            raise StrategyError(
                f"the board's TFTP server has another {name} than {load.file}: "
                f"its CRC is {found}, not {wanted}"
            )
        return address

    def _command(self, command: str, what: str) -> list[str]:
        try:
            return self.uboot.run_check(command, timeout=60)
        except ExecutionError as error:
            raise StrategyError(f"{what}: {command}: {' / '.join(error.stdout[-3:])}") from error
        except TIMEOUT as error:
            raise StrategyError(f"{what}: {command}: no answer within 60 s") from error

    def _expect(self, patterns: list[str], what: str) -> tuple[int, bytes, object, bytes]:
        try:
            return self.console.expect(patterns, timeout=self.boot_timeout)
        except TIMEOUT as error:
            raise StrategyError(f"{what}, within {self.boot_timeout} s") from error

    @staticmethod
    def _tail(said: bytes) -> str:
        return " / ".join(said.decode(errors="replace").split("\r\n")[-4:]).strip()
