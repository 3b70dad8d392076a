# SPDX-License-Identifier: GPL-2.0-only

require ${@'xen-rs.inc' if d.getVar('TARGET_ARCH') in ('aarch64', 'arm') else ''}
