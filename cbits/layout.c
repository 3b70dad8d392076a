/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the C compiler makes of the structures that Rust reads, field by field:
 * the technique of asm-offsets.c. Compiled to assembly only, by ffi/build.rs,
 * which hands the marked lines to ffi/src/layout.rs to be held against Rust's.
 */

#include <xen/sched.h>

#define STRUCT(s)                                                       \
    asm volatile ( "\n.ascii \"==>assert_struct!(" #s ", %c0);<==\""     \
                   :: "i" (sizeof(struct s)) )
#define FIELD(s, f)                                                     \
    asm volatile ( "\n.ascii \"==>assert_field!(" #s ", " #f            \
                   ", %c0, %c1);<==\""                                  \
                   :: "i" (offsetof(struct s, f)),                      \
                      "i" (sizeof(((struct s *)NULL)->f)) )

void layout(void);
void layout(void)
{
    STRUCT(domain);
    FIELD(domain, creation_finished);
    FIELD(domain, vcpu);

    STRUCT(vcpu);
    FIELD(vcpu, domain);
    FIELD(vcpu, mapcache_invalidate);
    FIELD(vcpu, next_in_list);
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
