/* SPDX-License-Identifier: GPL-2.0-only */
/* What Xen's headers offer only as macros or inlines, as functions for Rust. */

#ifndef RUST_HELPERS_H
#define RUST_HELPERS_H

struct vcpu;

/* <asm/current.h> */
struct vcpu *rust_helper_current(void);

#endif /* RUST_HELPERS_H */

/*
 * Local variables:
 * mode: C
 * c-file-style: "BSD"
 * c-basic-offset: 4
 * tab-width: 4
 * indent-tabs-mode: nil
 * End:
 */
