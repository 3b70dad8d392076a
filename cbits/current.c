/* SPDX-License-Identifier: GPL-2.0-only */

#include <asm/current.h>

#include "rust_helpers.h"

struct vcpu *rust_helper_current(void)
{
    return current;
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
