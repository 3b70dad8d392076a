# SPDX-License-Identifier: GPL-2.0-only
#
# A hypervisor with the component that every rule for it accepts: who calls whom
# is as in Xen 4.20 with the component.

        function_calls  p2m_free_entry, xen_rs_leaf_freed, p2m_free_entry
        function_ends   do_trap_hypercall, xen_rs_hypercall_preempted
        function_calls  do_trap_guest_sync, do_trap_hypercall
        function_calls  do_memory_op, xen_rs_hypercall_continued
        function_calls  do_vcpu_work, xen_rs_exit_work, vcpu_ioreq_handle_completion
        function_calls  leave_hypervisor_to_guest, do_vcpu_work
        function_ends   vcpu_ioreq_handle_completion, xen_rs_mapcache_send
        function_calls  ioreq_server_dm_op, xen_rs_servers_changed, xen_rs_flag_all
        function_calls  ioreq_server_destroy_all, xen_rs_servers_changed
        function_calls  xen_rs_mapcache_send, ioreq_signal_mapcache_invalidate
        function_calls  xen_rs_exit_work, vcpu_kick
        function_calls  ioreq_signal_mapcache_invalidate, ioreq_broadcast

        .irp    name, flag_all, hypercall_continued, hypercall_preempted, leaf_freed, servers_changed
        function xen_rs_\name
        ret
        end
        .endr

        .irp    name, ioreq_broadcast, vcpu_kick
        function \name
        ret
        end
        .endr
