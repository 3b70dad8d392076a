# SPDX-License-Identifier: GPL-2.0-only
"""labgrid's QEMU driver, with a plug to pull."""

import attr
from labgrid import target_factory
from labgrid.driver import QEMUDriver
from labgrid.step import step


@target_factory.reg_driver
@attr.s(eq=False)
class QEMUPlugDriver(QEMUDriver):
    """Ends QEMU without asking it.

    QEMU waits for whoever reads its serial line, and does nothing else meanwhile: a
    board that talks on while nobody listens any more would never answer `quit`.
    """

    @step()
    def off(self) -> None:
        if self.status:
            self._child.kill()
            self._child.communicate()
            self._child = None
            self.status = 0
