/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls the exports as Xen does, through the generated header, on a model of a
 * few domains. Prints a line for each case and exits with 1 if one failed.
 */

#include "machine.h"

int main(void)
{
    removals();
    sends();
    deferrals();
    kicks();
    servers();
    continuations();
    races();

    return failed != 0;
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
