# SPDX-License-Identifier: GPL-2.0-only
#
# An object that every rule accepts: as rustc makes it, in short.

        .file   "xen_rs.e71f4ef02b20a473-cgu.0"

        function xen_rs_mapcache_send
        dmb     ish
        swap_flag
        dmb     ish
        bl      ioreq_signal_mapcache_invalidate
        ret
        end

        function xen_rs_exit_work
        dmb     ish
        strb    w3, [x1]
        dmb     ish
        bl      vcpu_kick
        ret
        end

        .irp    name, flag_all, hypercall_continued, hypercall_preempted, leaf_freed
        function xen_rs_\name
        ret
        end
        .endr

        function xen_rs_servers_changed
        ret
        end
