# SPDX-License-Identifier: GPL-2.0-only
"""labgrid's QEMU driver, but switching off kills QEMU."""

import attr
from labgrid import target_factory
from labgrid.driver import QEMUDriver
from labgrid.step import step


@target_factory.reg_driver
@attr.s(eq=False)
class QEMUPlugDriver(QEMUDriver):
    """Kills QEMU instead of sending it `quit`.

    QEMU blocks while its serial line is not read: a board that goes on printing when
    nobody reads any more would never process `quit`.
    """

    @step()
    def off(self) -> None:
        if self.status:
            self._child.kill()
            self._child.communicate()
            self._child = None
            self.status = 0
