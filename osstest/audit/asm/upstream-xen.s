# SPDX-License-Identifier: GPL-2.0-only
#
# A hypervisor without the component: who calls whom is as in upstream's Xen 4.20.

        function_calls  p2m_free_entry, ioreq_request_mapcache_invalidate, p2m_free_entry
        function_ends   do_trap_hypercall, ioreq_signal_mapcache_invalidate
        function_calls  do_trap_guest_sync, do_trap_hypercall
        function_calls  vcpu_ioreq_handle_completion, ioreq_signal_mapcache_invalidate
        function_calls  ioreq_signal_mapcache_invalidate, ioreq_broadcast

        .irp    name, ioreq_request_mapcache_invalidate, ioreq_broadcast
        function \name
        ret
        end
        .endr
