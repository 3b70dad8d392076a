/* SPDX-License-Identifier: GPL-2.0-only */
/* Before a vCPU enters the guest. */

#include <xen/ioreq.h>
#include <xen/irq.h>
#include <xen/mapcache.h>

bool vcpu_ioreq_work(struct vcpu *curr)
{
    if ( !curr->arch.ioreq_sent && !xen_rs_exit_work(curr) )
        return false;

    local_irq_enable();
    vcpu_ioreq_handle_completion(curr);
    local_irq_disable();

    return true;
}

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
